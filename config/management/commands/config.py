"""``manage.py config``: every setting, its effective value and its meaning."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "List every environment variable with its effective value (secrets masked) and meaning."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *, json: bool, **options: Any) -> None:
        rows = list(settings.ENVIRONMENT.shown())
        if json:
            self.stdout.write(_as_json({variable.name: text for variable, text in rows}))
            return
        for variable, text in rows:
            self.stdout.write(f"{variable.name}={text}\n    {variable.meaning}")


def _as_json(value: dict[str, str]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
