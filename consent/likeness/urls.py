from __future__ import annotations

from django.urls import path

from consent.likeness import restoring_views, views
from consent.rules import views as rules

app_name = "likeness"
urlpatterns = [
    path("", views.page, name="page"),
    path("rules", rules.page, name="rules"),
    path("export", views.export, name="export"),
    path("withdraw-all", views.end_all, name="withdraw_all"),
    path("blocks/<int:block>/end", views.let_ask_again, name="unblock"),
    path("grants/<uuid:grant_reference>", views.grant, name="grant"),
    path("grants/<uuid:grant_reference>/withdraw", views.end, name="withdraw"),
    path("grants/<uuid:grant_reference>/restore", restoring_views.restore, name="restore"),
    path("grants/<uuid:grant_reference>/restore/text", restoring_views.text, name="restore_text"),
    path("grants/<uuid:grant_reference>/restore/sign", restoring_views.sign, name="restore_sign"),
    path("grants/<uuid:grant_reference>/contest", views.dispute, name="contest"),
]
