from __future__ import annotations

from django.urls import path

from marking.desk.complainants import views
from marking.works import converters

converters.register()

app_name = "complaints"
urlpatterns = [
    path("", views.answering, name="answering"),
    path("new", views.new, name="new"),
    path("feedback", views.feedback, name="feedback"),
    path("status", views.status, name="look-up"),
    path("<work:number>", views.status, name="status"),
    path("<work:number>/mine", views.mine, name="mine"),
]
