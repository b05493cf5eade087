from __future__ import annotations

from django.urls import path

from accounts.users import views

app_name = "me"
urlpatterns = [
    path("", views.profile, name="profile"),
    path("agreement", views.agreement, name="agreement"),
    path("sign-out-everywhere", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("delete", views.delete_account, name="delete_account"),
    path("keep", views.keep_account, name="keep_account"),
]
