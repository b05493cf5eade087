"""``manage.py records verify``: is the log as it was written?"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandParser, no_translations

from accounts.records.verify import Findings, Head, HeadInvalid, verify

NOT_WITNESSED = (
    "Not witnessed: nobody outside holds this head, so this alone does not show that the end was not cut off or the "
    "whole log not rewritten. Note the head elsewhere and give it back later with --expect-head."
)

RECORDS_ALONE = (
    "This covers the records alone. A value altered in another table, such as the tool or the SHA-256 of a work, is "
    "not noticed here; the body of the work's record still holds what was recorded."
)

CONSENTS_TOO = (
    "This covers the records, and the consents beside them. A value altered in another table, such as the tool or the SHA-256 of a "
    "work, is not noticed here."
)


class Command(BaseCommand):
    """Exit status: 0 intact, 1 something was found, 2 bad use."""

    help = "Read the record log. Other tables are not compared with it."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        check = actions.add_parser("verify", help="Read every record and check it.")
        check.add_argument("--json", action="store_true", help="print one JSON object")
        check.add_argument("--deep", action="store_true", help="compare the consents with their records, too")
        check.add_argument(
            "--expect-head",
            type=_head,
            metavar="SEQUENCE:HASH",
            help="a head that an earlier run printed; finds what was cut off or rewritten since",
        )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        progress = self._show_progress if self.stderr.isatty() else None
        findings = verify(expected=options["expect_head"], is_deep=options["deep"], progress=progress)
        if options["json"]:
            self.stdout.write(json.dumps(findings.as_dict(), ensure_ascii=False))
        else:
            self._print(findings, is_deep=options["deep"])
        if not findings.is_intact:
            sys.exit(1)

    def _show_progress(self, records: int) -> None:
        self.stderr.write(f"{records} records read …")

    def _print(self, findings: Findings, *, is_deep: bool) -> None:
        for finding in findings.told:
            self.stdout.write(f"record {finding.sequence}: {finding.sentence} [{finding.code}]")
        if findings.count > len(findings.told):
            self.stdout.write(f"… and {findings.count - len(findings.told)} more.")
        self.stdout.write(_summary(findings))
        self.stdout.write(f"Head: {findings.head}")
        self.stdout.write(CONSENTS_TOO if is_deep else RECORDS_ALONE)
        self.stdout.write(NOT_WITNESSED)


def _summary(findings: Findings) -> str:
    bodies = f"{findings.opened} bodies opened, {findings.erased} erased with their keys"
    if findings.is_intact:
        return f"{findings.records} records are as they were written ({bodies})."
    return f"{findings.count} findings in {findings.records} records ({bodies})."


def _head(text: str) -> Head:
    try:
        return Head.parse(text)
    except HeadInvalid as error:
        raise ArgumentTypeError(str(error)) from error
