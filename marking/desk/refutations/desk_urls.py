from __future__ import annotations

from django.urls import path

from marking.desk.refutations import desk_views
from marking.works import converters

converters.register()

app_name = "refutation_desk"
urlpatterns = [
    path("", desk_views.refutations, name="list"),
    path("<uuid:refutation>/", desk_views.refutation, name="refutation"),
    path("<uuid:refutation>/revise", desk_views.revise, name="revise"),
    path("<uuid:refutation>/publish", desk_views.publish, name="publish"),
    path("<uuid:refutation>/decline", desk_views.decline, name="decline"),
    path("<uuid:refutation>/withdraw", desk_views.withdraw, name="withdraw"),
    path("<uuid:refutation>/copies/<work:code>", desk_views.copy, name="copy"),
]
