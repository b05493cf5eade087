from __future__ import annotations

from django.urls import path

from marking.desk.appeals import views

app_name = "own_appeals"
urlpatterns = [path("<slug:decision_kind>/<slug:decided>", views.own, name="page")]
