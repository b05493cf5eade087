"""Addresses of the public verification."""

from __future__ import annotations

from django.urls import path

from marking.verification import views

app_name = "verification"
urlpatterns = [path("", views.home, name="home")]
