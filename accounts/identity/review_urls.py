from __future__ import annotations

from django.urls import URLPattern

app_name = "identity_review"
urlpatterns: list[URLPattern] = []
