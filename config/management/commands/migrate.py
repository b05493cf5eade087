"""``manage.py migrate``: Django's own, which brings a database up to date as a whole or leaves it as it was."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from config.migrating import as_a_whole


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_a_whole(options["database"]):
            super().handle(*args, **options)
