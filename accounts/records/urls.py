from __future__ import annotations

from django.urls import path

from accounts.records import views

app_name = "records"
urlpatterns = [path("", views.page, name="page")]
