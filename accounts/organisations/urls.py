from __future__ import annotations

from django.urls import path

from accounts.organisations import views

app_name = "organisations"
urlpatterns = [
    path("", views.page, name="page"),
    path("<uuid:organisation_id>", views.organisation, name="organisation"),
    path("<uuid:organisation_id>/end", views.end, name="end"),
    path("<uuid:organisation_id>/mandates/<uuid:mandate_id>/revoke", views.revoke, name="revoke"),
]
