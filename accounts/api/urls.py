from __future__ import annotations

from django.urls import path

from accounts.api import views

app_name = "api_access"
urlpatterns = [
    path("", views.clients, name="list"),
    path("new", views.create, name="create"),
    path("<slug:client_id>/revoke", views.revoke, name="revoke"),
]
