from __future__ import annotations

from django.urls import path

from consent.requests import views

app_name = "requests"
urlpatterns = [
    path("", views.requests, name="list"),
    path("new", views.new, name="new"),
    path("clauses", views.clauses, name="clauses"),
    path("<uuid:reference>", views.detail, name="detail"),
    path("<uuid:reference>/edit", views.edit, name="edit"),
    path("<uuid:reference>/send", views.send, name="send"),
    path("<uuid:reference>/remind", views.remind, name="remind"),
    path("<uuid:reference>/cancel", views.cancel, name="cancel"),
    path("<uuid:reference>/accept", views.accept, name="accept"),
]
