"""``manage.py witness``: watch the log of another site."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.records import witness


class Command(BaseCommand):
    """Exit status: 2 for options that cannot be used; otherwise it runs until it is stopped."""

    help = "Run a witness: it remembers how far it has seen a log and signs only what continues that."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        witness.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        status = witness.run(argparse.Namespace(**options), self.stdout.write)
        if status:
            sys.exit(status)
