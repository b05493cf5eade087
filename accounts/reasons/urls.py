from __future__ import annotations

from django.urls import path

from accounts.reasons import views

app_name = "reasons"
urlpatterns = [
    path("", views.statements, name="list"),
    path("<uuid:puid>", views.statement, name="statement"),
]
