from __future__ import annotations

from django.urls import path

from marking.consenting import views
from marking.works import converters

converters.register()

app_name = "consenting"
urlpatterns = [
    path("<work:code>/consent", views.page, name="page"),
    path("<work:code>/consent/terms", views.terms, name="terms"),
    path("<work:code>/consent/ask", views.ask, name="ask"),
    path("<work:code>/consent/grant", views.grant, name="grant"),
    path("<work:code>/consent/<int:position>/again", views.again, name="again"),
    path("<work:code>/consent/<int:position>/leave-out", views.leave_out, name="leave-out"),
]
