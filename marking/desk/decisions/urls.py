from __future__ import annotations

from django.urls import path

from marking.desk.decisions import views, work_views
from marking.works import converters

converters.register()

app_name = "cases"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("order", work_views.order, name="order"),
    path("<work:number>", views.case, name="case"),
    path("<work:number>/take", views.take, name="take"),
    path("<work:number>/put-back", views.put_back, name="put-back"),
    path("<work:number>/answer", views.answer, name="answer"),
    path("<work:number>/reject", views.reject, name="reject"),
    path("<work:number>/close", views.close, name="close"),
    path("<work:number>/contact", views.contact, name="contact"),
    path("<work:number>/take-down", work_views.take_down, name="take-down"),
    path("<work:number>/lift", work_views.lift, name="lift"),
    path("<work:number>/release", work_views.release, name="release"),
    path("<work:number>/confirm", work_views.confirm, name="confirm"),
    path("<work:number>/decline", work_views.decline, name="decline"),
    path("<work:number>/withdraw", work_views.withdraw, name="withdraw"),
    path("<work:number>/pause", work_views.pause, name="pause"),
    path("<work:number>/resume", work_views.resume, name="resume"),
    path("<work:number>/political", work_views.political, name="political"),
    path("<work:number>/name-work", work_views.name_work, name="name-work"),
    path("<work:number>/compare", work_views.compare, name="compare"),
]
