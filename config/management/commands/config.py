"""``manage.py config``: every setting, its effective value and its meaning."""

from __future__ import annotations

import json as json_format
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.environment import VARIABLES

HEADER = """# Settings

Environment variables alone; each may also be given as `NAME_FILE`, a path to read the value from.
`manage.py config` prints the effective values with secrets masked. This page is written by
`manage.py config --markdown`.

| variable | default | meaning |
|---|---|---|
"""


def as_markdown() -> str:
    """The page ``docs/settings.md``."""
    rows = [
        f"| `{each.name}` | {f'`{each.default}`' if each.default else ''} | {each.meaning} |"
        for each in VARIABLES
    ]
    return HEADER + "\n".join(rows) + "\n"


class Command(BaseCommand):
    help = "List every environment variable with its effective value (secrets masked) and meaning."

    def add_arguments(self, parser: ArgumentParser) -> None:
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="one JSON object on standard output")
        form.add_argument("--markdown", action="store_true", help="the page docs/settings.md")

    def handle(self, *, json: bool, markdown: bool, **options: Any) -> None:
        shown = [(variable, text) for variable, text in settings.ENVIRONMENT.shown()]
        if markdown:
            self.stdout.write(as_markdown(), ending="")
        elif json:
            self.stdout.write(
                json_format.dumps({each.name: text for each, text in shown}, ensure_ascii=False)
            )
        else:
            for variable, text in shown:
                self.stdout.write(f"{variable.name}={text}\n    {variable.meaning}")
