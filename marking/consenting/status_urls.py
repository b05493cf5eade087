from __future__ import annotations

from django.urls import path

from marking.consenting import status
from marking.works import converters

converters.register()

app_name = "status"
urlpatterns = [
    path("<work:code>", status.page, name="page"),
    path("<work:code>.json", status.document, name="json"),
]
