"""``manage.py verify``: the report of the home page, for files on this machine."""

from __future__ import annotations

import json as json_format
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils.translation import gettext

from marking.media import Refused
from marking.verification.examine import examine
from marking.verification.intake import sentence_of
from marking.verification.presentation import ShownOrigin, ShownRemoval, ShownReport, shown
from marking.verification.report import Report, State, Verdict, shown_name


class Command(BaseCommand):
    help = (
        "Say what FILES are. Exit 0: every file was read, and what was marked here is intact; "
        "1: one could not be read, is altered or lost marks; 2: bad use."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    @no_translations
    def handle(self, *, files: list[Path], json: bool, **options: Any) -> None:
        if missing := [shown_name(str(path)) for path in files if not path.is_file()]:
            raise CommandError(f"There is no file {', '.join(missing)}.", returncode=2)
        answers = [self._answer(path) for path in files]
        if json:
            reports = [report.as_dict() for report, _ in answers]
            self.stdout.write(json_format.dumps({"reports": reports}, ensure_ascii=False))
        else:
            self.stdout.write("\n\n".join(text(shown(report)) for report, was_read in answers if was_read))
        if not all(was_read and _is_as_released(report) for report, was_read in answers):
            sys.exit(1)

    def _answer(self, path: Path) -> tuple[Report, bool]:
        """Return the report, and whether the file could be read; the reason why not goes to standard error."""
        try:
            return examine(path, str(path)), True
        except Refused as refused:
            name = shown_name(str(path))
            self.stderr.write(f"{name}: {sentence_of(refused)}")
            return Report(name, Verdict.INCONCLUSIVE, None, ()), False


def _is_as_released(report: Report) -> bool:
    return report.marked_here is None or report.marked_here.told is State.INTACT


def text(report: ShownReport) -> str:
    """Return a report as lines: the verdict, the work and what became of it, what contradicts what, the layers."""
    lines = [f"{report.file}: {report.sentence}", f"  {report.explanation}"]
    if report.marked_here:
        said = " ".join(filter(None, [report.marked_here.consent, report.marked_here.sentence]))
        lines.append(f"  {report.marked_here.work}: {said}")
        lines += _refutation(report.marked_here)
        lines += [f"    - {each.title}: {_removed(each)}" for each in report.marked_here.removed]
    if report.map:
        lines += [f"    - {sentence}" for sentence in report.map.whole]
        lines += [
            f"    - {each.sentence} ({each.place}; {each.share}; {each.confidence})"
            for each in report.map.regions
        ]
    lines += [f"  ! {sentence}" for sentence in report.conflicts]
    lines += [f"  * {each.title}: {each.sentence}" for each in report.evidence]
    return "\n".join(lines)


def _refutation(origin: ShownOrigin) -> list[str]:
    if origin.note is None:
        return []
    title = gettext("Refuted: what this tells is not so")
    signed = f"{origin.note['signer']}, {origin.note['published_on']}: {origin.note['address']}"
    return [f"  ! {title}: {origin.refutation}", f"    {signed}"]


def _removed(mark: ShownRemoval) -> str:
    return f"{mark.sentence} ({mark.clauses})" if mark.clauses else mark.sentence
