from __future__ import annotations

from django.urls import path, register_converter

from marking.works import certificates, converters

register_converter(converters.WorkCode, "work")

app_name = "certificate"
urlpatterns = [
    path("<work:code>", certificates.page, name="page"),
    path("<work:code>/qr.svg", certificates.qr, name="qr"),
]
