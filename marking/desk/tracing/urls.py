from __future__ import annotations

from django.urls import path

from marking.desk.tracing import views

app_name = "trace"
urlpatterns = [
    path("", views.start, name="start"),
    path("number", views.number, name="number"),
]
