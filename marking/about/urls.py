"""Addresses of what the site says of itself."""

from __future__ import annotations

from django.urls import path

from marking.about import views

app_name = "about"
urlpatterns = [
    path("", views.page, name="page"),
    path("agreements/<int:version>", views.agreement, name="agreement"),
    path("figures", views.figures, name="figures"),
    path("figures/<int:year>.json", views.figures_document, name="figures-json"),
]
