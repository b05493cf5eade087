"""What ``manage.py benchmark records`` measures: appending, signing and verifying the log, beside what the machine can do at best.

Two logs are made: one of records about nobody, as fast as can be, and one that people leave who ask each other for their consent and give it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from tests.services.servers import postgres, postgres_programs

ROOT = Path(__file__).resolve().parents[3]
MILLION = 1_000_000
FEWEST = 400


@dataclass(frozen=True)
class Measured:
    """The figures of one database. Rates are per second, times in seconds."""

    database: str
    figures: dict[str, float]

    def per_million(self, name: str) -> float:
        """A time for all records of the log that it was measured with, taken to a million."""
        total = "mixed_total" if name.startswith("mixed_") else "total"
        return self.figures[name] / self.figures[total] * MILLION


def measure(records: int, seconds: int, tell: Callable[[str], None]) -> list[Measured]:
    """Measure on SQLite, and on PostgreSQL where its server is installed. Raises ValueError for too few records or seconds."""
    if records < FEWEST or seconds < 4:
        raise ValueError(f"expected {FEWEST} records and 4 seconds or more, found {records} and {seconds}")
    databases = ["SQLite", *(["PostgreSQL"] if postgres_programs() else [])]
    found = []
    for database in databases:
        tell(f"{records} records on {database}")
        with tempfile.TemporaryDirectory(prefix="yinji-benchmark-") as folder:
            found.append(Measured(database, _figures(Path(folder), database, records, seconds)))
    return found


def _figures(folder: Path, database: str, records: int, seconds: int) -> dict[str, float]:
    plain = _measured(folder / "plain", database, "measuring", records, seconds)
    return {**plain, **_measured(folder / "mixed", database, "mixing", records)}


def _measured(folder: Path, database: str, program: str, *numbers: int) -> dict[str, float]:
    """What ``program`` measures in an installation of its own."""
    folder.mkdir()
    server: AbstractContextManager[str] = (
        postgres(folder, is_durable=True) if database == "PostgreSQL" else nullcontext("")
    )
    with server as address:
        names = {
            "YINJI_DATA": str(folder / "data"),
            "YINJI_CREATE_KEYS": "yes",
            "YINJI_LANGUAGE": "en",
            "YINJI_REQUESTS_PER_DAY": "1000",
            "DATABASE_URL": address,
        }
        done = subprocess.run(
            [sys.executable, "-m", f"tests.benchmarks.records.{program}", *map(str, numbers)],
            cwd=ROOT, env={**os.environ, **names}, capture_output=True, text=True,
        )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def report(measured: list[Measured]) -> str:
    """The figures as a table in Markdown."""
    head = "| | " + " | ".join(each.database for each in measured) + " |\n|---|" + "---|" * len(measured)
    rows = [_row(name, [figure(each) for each in measured]) for name, figure in _FIGURES.items()]
    first = measured[0].figures
    size = f"{first['total']:.0f} records of {first['mean_bytes']:.0f} bytes on average"
    people = f"{first['mixed_people']:.0f} accounts and {first['mixed_consents']:.0f} consents"
    notes = [
        f"\\* taken to a million from {size}.",
        f"† taken to a million from {first['mixed_total']:.0f} records of {people}, in a log of its own.",
    ]
    return "\n\n".join(["\n".join([head, *rows]), *notes])


def _row(name: str, cells: list[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


_FIGURES: dict[str, Callable[[Measured], str]] = {
    "plain commits of a row of that size, 4 writers": lambda each: f"{each.figures['commits']:.0f}/s",
    "events appended, 4 writers": lambda each: f"{each.figures['appends']:.0f}/s",
    "… of plain commits": lambda each: f"{each.figures['appends'] / each.figures['commits']:.2f}",
    "events appended, 1 writer": lambda each: f"{each.figures['appends_alone']:.0f}/s",
    "signed by one round, CPU": lambda each: f"{each.figures['total'] / each.figures['signing']:.0f}/s",
    "events written a second while signed": lambda each: f"{each.figures['paced']:.0f}/s",
    "event to checkpoint, median": lambda each: f"{each.figures['delay_median']:.1f} s",
    "event to checkpoint, 95 %": lambda each: f"{each.figures['delay_p95']:.1f} s",
    "plain SHA-256 of a million entries*, CPU": lambda each: f"{each.per_million('hashing'):.1f} s",
    "`verify --bytes` of a million records*, CPU": lambda each: f"{each.per_million('bytes'):.0f} s",
    "`verify` of a million records without the tree*, CPU": lambda each: (
        f"{each.per_million('verify'):.0f} s"
    ),
    "`verify --deep` of a million records without the tree*, CPU": lambda each: (
        f"{each.per_million('deep'):.0f} s"
    ),
    "… times `--bytes`": lambda each: f"{each.figures['deep'] / each.figures['bytes']:.1f}",
    "`verify --bytes` of a million records of consents†, CPU": lambda each: (
        f"{each.per_million('mixed_bytes'):.0f} s"
    ),
    "`verify` of these without the tree†, CPU": lambda each: f"{each.per_million('mixed_verify'):.0f} s",
    "`verify --deep` of these without the tree†, CPU": lambda each: f"{each.per_million('mixed_deep'):.0f} s",
    "… times `--bytes` of these": lambda each: (
        f"{each.figures['mixed_deep'] / each.figures['mixed_bytes']:.1f}"
    ),
    "package of a hundred thousand records*, CPU": lambda each: f"{each.per_million('export') / 10:.0f} s",
    "its `verify.py`, alone, CPU": lambda each: f"{each.per_million('offline') / 10:.0f} s",
    "`verify --quick`, CPU": lambda each: f"{each.figures['quick']:.2f} s",
}
