from __future__ import annotations

from django.urls import path

from consent.contacts import views

app_name = "contacts"
urlpatterns = [path("<str:token>/", views.opt_out, name="opt-out")]
