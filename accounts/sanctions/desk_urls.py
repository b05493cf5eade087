from __future__ import annotations

from django.urls import path

from accounts.sanctions import desk_views

app_name = "sanctions"
urlpatterns = [
    path("", desk_views.accounts, name="accounts"),
    path("<slug:producer_id>/", desk_views.account, name="account"),
    path("<slug:producer_id>/impose", desk_views.impose, name="impose"),
    path("<slug:producer_id>/<uuid:sanction>/confirm", desk_views.confirm, name="confirm"),
    path("<slug:producer_id>/<uuid:sanction>/decline", desk_views.decline, name="decline"),
    path("<slug:producer_id>/<uuid:sanction>/withdraw", desk_views.withdraw, name="withdraw"),
    path("<slug:producer_id>/<uuid:sanction>/lift", desk_views.lift, name="lift"),
]
