from __future__ import annotations

from django.urls import path

from accounts.own_data import views

app_name = "my_data"
urlpatterns = [
    path("", views.page, name="page"),
    path("ask", views.ask, name="ask"),
    path("<uuid:copy>/file", views.file, name="file"),
]
