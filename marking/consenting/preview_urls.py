from __future__ import annotations

from django.urls import path

from marking.consenting import preview_views

app_name = "previews"
urlpatterns = [
    path("<uuid:use>/", preview_views.page, name="page"),
    path("<uuid:use>/picture", preview_views.picture, name="picture"),
]
