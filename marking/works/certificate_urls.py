from __future__ import annotations

from django.urls import path

from marking.works import certificates, converters

converters.register()

app_name = "certificate"
urlpatterns = [
    path("<work:code>", certificates.page, name="page"),
    path("<work:code>/qr.svg", certificates.qr, name="qr"),
]
