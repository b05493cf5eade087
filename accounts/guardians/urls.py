from __future__ import annotations

from django.urls import path

from accounts.guardians import views

app_name = "wards"
urlpatterns = [
    path("", views.page, name="page"),
    path("<slug:ward_id>/hand-over", views.hand_over, name="hand_over"),
]
