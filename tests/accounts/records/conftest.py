from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.records import triggers
from accounts.records.log import append
from accounts.records.models import Checkpoint, Record
from accounts.records.sequencing import advance
from accounts.records.tile_files import TileFiles
from accounts.records.verify import Findings
from accounts.users.models import User

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def write(db: None) -> Callable[..., Record]:
    """Append a record with whatever the test does not care about filled in."""

    def write(**given: Any) -> Record:
        return append(
            **{
                "kind": "account.created",
                "subject": "work:1",
                "body": {"n": 1},
                "by": None,
                "now": NOON,
                **given,
            }
        )

    return write


@pytest.fixture
def attack(db: None) -> Callable[..., None]:
    """Run SQL as somebody who owns the database: the triggers are gone."""
    triggers.remove(connection)

    def run(statement: str, parameters: tuple[object, ...] = ()) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)

    return run


@pytest.fixture
def log(write: Callable[..., Record], user: User) -> list[Record]:
    """Five records, the second and fourth sealed for a person."""
    return [
        write(
            person=user if number in {2, 4} else None,
            body={"n": number},
            now=NOON + timedelta(seconds=number),
        )
        for number in range(1, 6)
    ]


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> TileFiles:
    """Where the tiles of this test lie."""
    settings.LOG_FOLDER = tmp_path / "log"
    return TileFiles(settings.LOG_FOLDER)


@pytest.fixture
def signed(write: Callable[..., Record], files: TileFiles) -> Checkpoint:
    """A log of six records under two checkpoints, of four and of six."""
    return _signed(write, 4, 6)


@pytest.fixture
def large(write: Callable[..., Record], files: TileFiles) -> Checkpoint:
    """A log of 300 records under two checkpoints, of 260 and of 300: a full tile, a partial one and one above."""
    return _signed(write, 260, 300)


def _signed(write: Callable[..., Record], *sizes: int) -> Checkpoint:
    for size in sizes:
        for _ in range(Record.objects.count(), size):
            write()
        checkpoint = advance(now=NOON)
    assert checkpoint is not None
    return checkpoint


def said(*arguments: str) -> tuple[int, dict[str, Any]]:
    """Exit status and report of ``records verify``."""
    out = io.StringIO()
    try:
        call_command("records", "verify", "--json", *arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def codes(findings: Findings) -> set[tuple[int, str]]:
    return {(finding.sequence, finding.code) for finding in findings.told}


def first(findings: Findings) -> int:
    return min(finding.sequence for finding in findings.told)
