from __future__ import annotations

from django.urls import path

from consent.requests import views

app_name = "requests"
urlpatterns = [
    path("", views.requests, name="list"),
    path("new", views.new, name="new"),
    path("clauses", views.clauses, name="clauses"),
    path("<uuid:request_reference>", views.detail, name="detail"),
    path("<uuid:request_reference>/edit", views.edit, name="edit"),
    path("<uuid:request_reference>/send", views.send, name="send"),
    path("<uuid:request_reference>/remind", views.remind, name="remind"),
    path("<uuid:request_reference>/cancel", views.cancel, name="cancel"),
    path("<uuid:request_reference>/accept", views.accept, name="accept"),
]
