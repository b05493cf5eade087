from __future__ import annotations

from django.urls import path

from consent.answers import link_views

app_name = "answers"
urlpatterns = [
    path("<slug:link>/", link_views.landing, name="landing"),
    path("<slug:link>/code", link_views.send_code, name="send-code"),
    path("<slug:link>/enter", link_views.enter_code, name="enter"),
    path("<slug:link>/open", link_views.look, name="look"),
    path("<slug:link>/request", link_views.page, name="page"),
    path("<slug:link>/picture", link_views.picture, name="picture"),
    path("<slug:link>/answer", link_views.act, name="act"),
]
