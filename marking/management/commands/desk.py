"""``manage.py desk``: what the desk hands over to others."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from accounts.reasons.checking import check
from accounts.reasons.queries import documents


class Command(BaseCommand):
    """Exit status: 0 done, 1 some statements are not as the schema asks, 2 bad use."""

    help = "Hand over what the desk decided."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        statements = actions.add_parser(
            "statements",
            help="Write the statements of reasons as the EU's DSA Transparency Database takes them, in JSON.",
        )
        statements.add_argument("--out", type=Path, metavar="FILE", help="standard output without it")
        statements.add_argument("--since", type=date.fromisoformat, metavar="DATE", help="first day")
        statements.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="last day")

    @no_translations
    def handle(self, *, action: str, **options: Any) -> None:
        {"statements": self._statements}[action](options)

    def _statements(self, options: dict[str, Any]) -> None:
        found = list(documents(since=options["since"], until=options["until"]))
        self._write(json.dumps({"statements": found}, ensure_ascii=False, indent=1), options["out"])
        wrong = [(each["puid"], finding) for each in found for finding in check(each)]
        for puid, finding in wrong:
            self.stderr.write(f"{puid}: {finding.field}: {finding.sentence}")
        self.stderr.write(f"{len(found)} statements")
        if wrong:
            sys.exit(1)

    def _write(self, text: str, path: Path | None) -> None:
        if path is None:
            self.stdout.write(text)
            return
        try:
            path.write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(
                f"expected a file that can be written, found {path}: {error.strerror}", returncode=2
            ) from error
