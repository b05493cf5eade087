from __future__ import annotations

from django.urls import path

from accounts.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read", views.read, name="read"),
    path("mail", views.mail, name="mail"),
]
