from __future__ import annotations

from django.urls import path

from accounts.identity import review_views

app_name = "identity_review"
urlpatterns = [
    path("", review_views.waiting, name="queue"),
    path("<int:pk>", review_views.claim, name="claim"),
    path("<int:pk>/approve", review_views.approve, name="approve"),
    path("<int:pk>/reverify", review_views.reverify, name="reverify"),
    path("<int:pk>/reject", review_views.reject, name="reject"),
]
