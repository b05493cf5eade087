from __future__ import annotations

from django.urls import path

from marking.unlabelled import views
from marking.works import converters

converters.register()

app_name = "unlabelled"
urlpatterns = [
    path("<work:code>/unlabelled", views.page, name="page"),
    path("<work:code>/unlabelled/progress", views.progress, name="progress"),
    path("<work:code>/unlabelled/download", views.download, name="download"),
]
