from __future__ import annotations

from django.urls import path

from consent.statements import review_views

app_name = "statement_review"
urlpatterns = [
    path("", review_views.waiting, name="queue"),
    path("<uuid:statement_reference>", review_views.statement, name="statement"),
    path("<uuid:statement_reference>/recording", review_views.recording, name="recording"),
    path("<uuid:statement_reference>/accept", review_views.accept, name="accept"),
    path("<uuid:statement_reference>/reject", review_views.reject, name="reject"),
]
