from __future__ import annotations

from django.urls import path

from accounts.retention import views

app_name = "holds"
urlpatterns = [
    path("", views.page, name="page"),
    path("<uuid:hold>/<slug:step>", views.step, name="step"),
]
