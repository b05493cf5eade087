from __future__ import annotations

from django.urls import path

from marking.desk.appeals import desk_views

app_name = "appeals"
urlpatterns = [
    path("", desk_views.queue, name="queue"),
    path("<uuid:appeal>", desk_views.appeal, name="appeal"),
]
