from __future__ import annotations

from django.urls import path

from accounts.identity import views

app_name = "identity"
urlpatterns = [
    path("", views.page, name="page"),
    path("renew", views.renew, name="renew"),
    path("withdraw", views.withdraw, name="withdraw"),
    path("provider", views.leave, name="leave"),
    path("provider/back", views.back, name="back"),
]
