"""``manage.py propagate``: pass files of others on, with this site's fields of propagation in their metadata label."""

from __future__ import annotations

import json as json_format
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from marking.marks.implicit_label.propagation import Doubt
from marking.media import BoundedError, Refused
from marking.pipeline.passing_on import NotPassedOn
from marking.works.distribution import distribute

DOUBTS: dict[str, Doubt] = {"may": "2", "suspected": "3"}


class Command(BaseCommand):
    help = (
        "Copy FILES into DIR as their distributor: a label in a file is kept, ours stands beside it; pixels stay. "
        "Exit 0: all copied; 1: some not; 2: bad use."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the copies")
        parser.add_argument(
            "--label",
            choices=list(DOUBTS),
            help="what is said of a file without a label: it may be generated (declared), or is suspected (traces)",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    @no_translations
    def handle(self, *, files: list[Path], out: Path, label: str | None, json: bool, **options: Any) -> None:
        if missing := [str(path) for path in files if not path.is_file()]:
            raise CommandError(f"There is no file {', '.join(missing)}.", returncode=2)
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"{out} cannot be made a folder: {error}", returncode=2) from error
        answers = [_propagated(path, out, DOUBTS[label] if label else None) for path in files]
        if json:
            self.stdout.write(json_format.dumps({"files": answers}, ensure_ascii=False))
        else:
            for answer in answers:
                self.stdout.write(f"{answer['source']}: {answer['output'] or answer['sentence']}")
        if any(answer["output"] is None for answer in answers):
            sys.exit(1)


def _propagated(source: Path, out: Path, doubt: Doubt | None) -> dict[str, Any]:
    target = out / source.name
    if target.exists():
        return _refused(source, "exists", f"expected a free place, found {target}")
    try:
        code, passed_on = distribute(source=source, target=target, doubt=doubt)
    except Refused as refused:
        return _refused(source, refused.code, refused.message)
    except NotPassedOn as refused:
        return _refused(source, refused.code, refused.sentence)
    except (BoundedError, OSError) as error:
        return _refused(source, "broke", str(error))
    return {
        "source": str(source),
        "output": str(target),
        "propagate_id": code,
        "label": passed_on.label.fields(),
        "is_kept": passed_on.is_kept,
        "sha256": passed_on.sha256,
    }


def _refused(source: Path, code: str, sentence: str) -> dict[str, Any]:
    return {"source": str(source), "output": None, "code": code, "sentence": sentence}
