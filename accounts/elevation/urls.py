from __future__ import annotations

from django.urls import path

from accounts.elevation import views

app_name = "elevations"
urlpatterns = [
    path("", views.listed, name="list"),
    path("new", views.new, name="new"),
    path("<uuid:elevation>", views.page, name="page"),
    path("<uuid:elevation>/sign", views.sign, name="sign"),
    path("<uuid:elevation>/approve", views.approve, name="approve"),
    path("<uuid:elevation>/refuse", views.refuse, name="refuse"),
    path("<uuid:elevation>/cancel", views.cancel, name="cancel"),
    path("<uuid:elevation>/close", views.close, name="close"),
    path("<uuid:elevation>/tell", views.tell, name="tell"),
    path("<uuid:elevation>/persons/<str:producer_id>", views.look, name="look"),
]
