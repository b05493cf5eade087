"""``manage.py retention``: let go of what the law does not keep any more."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser, no_translations

from accounts.retention import contents, emptying, purging


class Command(BaseCommand):
    help = (
        "Empty the bodies of records and the rows whose time is over. Entries, proofs and empty rows stay; "
        "what was emptied is recorded."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        run = actions.add_parser("run", help="Do what the scheduler does once a day.")
        run.add_argument("--dry-run", action="store_true", help="count, and change nothing")
        run.add_argument("--json", action="store_true", help="print one JSON object")
        actions.add_parser("contents", help="print the table of docs/retention.md.")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "contents":
            self.stdout.write(contents.as_markdown(), ending="")
            return
        purged = purging.run(is_dry=options["dry_run"])
        emptied = emptying.run(is_dry=options["dry_run"])
        if options["json"]:
            said = {
                "dry_run": options["dry_run"],
                "classes": [each.as_dict() for each in purged],
                "contents": [each.as_dict() for each in emptied],
            }
            self.stdout.write(json.dumps(said))
            return
        verb = "would be emptied" if options["dry_run"] else "emptied"
        for each in purged:
            up_to = f" up to record {each.up_to}" if each.emptied else ""
            self.stdout.write(
                f"{each.name}: {each.emptied} bodies {verb}{up_to}, {each.held} held; older than {each.before:%Y-%m-%d}"
            )
        for row in emptied:
            self.stdout.write(
                f"{row.name}: {row.emptied} rows {verb}, {row.held} held; over before {row.before:%Y-%m-%d}"
            )
