from __future__ import annotations

from django.urls import path

from marking.desk import case_views
from marking.works import converters

converters.register()

app_name = "cases"
urlpatterns = [
    path("", case_views.queue, name="queue"),
    path("<work:number>", case_views.case, name="case"),
    path("<work:number>/take", case_views.take, name="take"),
    path("<work:number>/put-back", case_views.put_back, name="put-back"),
    path("<work:number>/answer", case_views.answer, name="answer"),
    path("<work:number>/reject", case_views.reject, name="reject"),
    path("<work:number>/close", case_views.close, name="close"),
    path("<work:number>/contact", case_views.contact, name="contact"),
]
