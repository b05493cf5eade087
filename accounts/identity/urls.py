from __future__ import annotations

from django.urls import path

from accounts.identity import views

app_name = "identity"
urlpatterns = [
    path("", views.page, name="page"),
    path("withdraw", views.withdraw, name="withdraw"),
]
