from __future__ import annotations

from django.urls import path

from accounts.notices.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.webhooks, name="list"),
    path("new", views.add, name="add"),
    path("<uuid:webhook_id>", views.webhook, name="webhook"),
    path("<uuid:webhook_id>/test", views.test, name="test"),
    path("<uuid:webhook_id>/secret", views.change_secret, name="secret"),
    path("<uuid:webhook_id>/enable", views.enable, name="enable"),
    path("<uuid:webhook_id>/delete", views.delete, name="delete"),
]
