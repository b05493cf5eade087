from __future__ import annotations

from django.urls import path

from marking.desk.appeals import views

app_name = "case_appeals"
urlpatterns = [path("", views.of_case, name="file")]
