"""Addresses of the public verification."""

from __future__ import annotations

from django.urls import path

from marking.verification import signing_keys, views, widget

app_name = "verification"
urlpatterns = [
    path("", views.home, name="home"),
    path("checks/", views.keep, name="keep"),
    path("checks/<str:token>", views.kept, name="kept"),
    path("keys", signing_keys.page, name="keys"),
    path("keys.json", signing_keys.document, name="keys-json"),
    path("widget", widget.page, name="widget"),
]
