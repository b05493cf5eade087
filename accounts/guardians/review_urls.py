from __future__ import annotations

from django.urls import path

from accounts.guardians import review_views

app_name = "guardian_review"
urlpatterns = [
    path("", review_views.waiting, name="queue"),
    path("<int:pk>", review_views.guardianship, name="guardianship"),
    path("<int:pk>/confirm", review_views.confirm, name="confirm"),
    path("<int:pk>/turn-down", review_views.turn_down, name="turn_down"),
]
