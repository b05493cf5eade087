from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from accounts.users.signals import account_erasing


class MarkingConfig(AppConfig):
    """What is marked, how, and can anyone tell."""

    name = "marking"
    verbose_name = _("Marking")

    def ready(self) -> None:
        """Keep the registry's triggers: a migration that rebuilds a table on SQLite drops them. Listen to erasures
        and reports, and show to whom is asked what they are asked for."""
        from consent.answers import pictures
        from consent.answers.signals import request_reported
        from marking.desk.reported_requests import on_report
        from marking.works import showing
        from marking.works.erasure import on_erasure

        account_erasing.connect(on_erasure, dispatch_uid="marking.works.erasure")
        request_reported.connect(on_report, dispatch_uid="marking.desk.reported_requests")
        pictures.register(showing.is_shown, showing.picture_of)
        post_migrate.connect(_install_triggers, sender=self)


def _install_triggers(*, using: str, **kwargs: Any) -> None:
    from marking.registry import triggers

    if triggers.are_due(connections[using]):
        triggers.install(connections[using])
