from __future__ import annotations

from django.urls import path

from marking.works import converters, views
from marking.works.faces import views as face_views

converters.register()

app_name = "works"
urlpatterns = [
    path("", views.works, name="list"),
    path("new", views.upload, name="upload"),
    path("<work:code>", views.detail, name="detail"),
    path("<work:code>/progress", views.progress, name="progress"),
    path("<work:code>/faces", face_views.page, name="faces"),
    path("<work:code>/faces/picture", face_views.picture, name="faces-picture"),
    path("<work:code>/download", views.download, name="download"),
    path("<work:code>/preview/<preview:which>", views.preview, name="preview"),
    path("<work:code>/retry", views.retry, name="retry"),
    path("<work:code>/delete", views.delete, name="delete"),
]
