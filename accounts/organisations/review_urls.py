from __future__ import annotations

from django.urls import path

from accounts.organisations import review_views

app_name = "organisation_review"
urlpatterns = [
    path("", review_views.waiting, name="queue"),
    path("<int:organisation_pk>", review_views.organisation, name="organisation"),
    path("<int:organisation_pk>/approve", review_views.approve, name="approve"),
    path("<int:organisation_pk>/reject", review_views.reject, name="reject"),
    path("<int:organisation_pk>/end", review_views.end, name="end"),
]
