from __future__ import annotations

from django.urls import path

from accounts.sanctions import views

app_name = "standing"
urlpatterns = [path("", views.page, name="page")]
