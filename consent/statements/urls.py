from __future__ import annotations

from django.urls import path

from consent.statements import views

app_name = "statements"
urlpatterns = [path("<uuid:statement_reference>", views.page, name="page")]
