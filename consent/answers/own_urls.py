from __future__ import annotations

from django.urls import path

from consent.answers import views

app_name = "own_requests"
urlpatterns = [
    path("<uuid:reference>/", views.page, name="page"),
    path("<uuid:reference>/open", views.look, name="look"),
    path("<uuid:reference>/answer", views.act, name="act"),
    path("<uuid:reference>/text", views.ask, name="ask"),
    path("<uuid:reference>/narrow", views.narrow, name="narrow"),
    path("<uuid:reference>/agree", views.agree, name="agree"),
    path("<uuid:reference>/picture", views.picture, name="picture"),
]
