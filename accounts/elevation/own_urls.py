from __future__ import annotations

from django.urls import path

from accounts.elevation import own_views

app_name = "accesses"
urlpatterns = [
    path("", own_views.listed, name="list"),
]
