from __future__ import annotations

from django.urls import path

from consent.receipts import views

app_name = "receipts"
urlpatterns = [
    path("check", views.check, name="check"),
    path("keys", views.keys, name="keys"),
    path("verify.py", views.program, name="program"),
    path("<uuid:receipt>", views.page, name="page"),
    path("<uuid:receipt>.json", views.json_file, name="json"),
    path("<uuid:receipt>.pdf", views.pdf_file, name="pdf"),
]
