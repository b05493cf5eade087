"""What ``manage.py benchmark records`` measures: appending, signing and verifying the log, beside what the machine can do at best."""

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
        """A time for all records of the run, taken to a million."""
        return self.figures[name] / self.figures["total"] * MILLION


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
    server: AbstractContextManager[str] = (
        postgres(folder, is_durable=True) if database == "PostgreSQL" else nullcontext("")
    )
    with server as address:
        names = {"YINJI_DATA": str(folder / "data"), "YINJI_CREATE_KEYS": "yes", "DATABASE_URL": address}
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.records.measuring", str(records), str(seconds)],
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
    note = f"\\* taken to a million from {first['total']:.0f} records of {first['mean_bytes']:.0f} bytes on average."
    return "\n".join([head, *rows, "", note])


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
    "`verify` of a million records without the tree*, CPU": lambda each: f"{each.per_million('deep'):.0f} s",
    "package of a hundred thousand records*, CPU": lambda each: f"{each.per_million('export') / 10:.0f} s",
    "its `verify.py`, alone, CPU": lambda each: f"{each.per_million('offline') / 10:.0f} s",
    "`verify --quick`, CPU": lambda each: f"{each.figures['quick']:.2f} s",
}
