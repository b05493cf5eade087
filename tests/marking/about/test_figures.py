"""Figures from the log …"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.records import export, signing
from accounts.records.log import append
from accounts.records.models import Record
from accounts.records.requirements import all_kinds
from accounts.users.models import User
from marking.about import queries
from marking.about.figures import Year, counted

EVENTS = st.tuples(st.sampled_from(["work.released", "case.received"]), st.integers(1, 12), st.integers(1, 9))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(EVENTS))
def test_they_count_whatever_the_order(events: list[tuple[str, int, int]]) -> None:
    counts = counted(events)
    assert counts == counted(reversed(events))
    assert sum(map(sum, counts.values())) == sum(number for _, _, number in events)
    expected: Counter[tuple[str, int]] = Counter()
    for kind, month, number in events:
        expected[kind, month] += number
    assert all(counts[kind][month - 1] == number for (kind, month), number in expected.items())


def write(kind: str, *when: int, person: User | None = None, subject: str = "work:1") -> Record:
    with transaction.atomic():
        return append(
            kind=kind,
            subject=subject,
            body={"secret": "x"} | {name: "said" for each in all_kinds()[kind] for name in each.names},
            by=None,
            person=person,
            now=datetime(*when, tzinfo=UTC),
        )


@pytest.fixture
def log(db: None, user: User) -> None:
    """Three years, the middle one with two kinds of events, one of them about somebody."""
    write("work.received", 2025, 12, 31, 23, 59, 59)
    write("work.released", 2026, 1, 1)
    write("work.released", 2026, 3, 5, subject="work:2")
    write("case.received", 2026, 3, 6, person=user, subject="case:1")
    write("work.released", 2026, 12, 31, 23, 59, 59)
    write("work.received", 2027, 1, 1)


COUNTS = {"case.received": [0, 0, 1] + [0] * 9, "work.released": [1, 0, 1] + [0] * 8 + [1]}


@pytest.mark.usefixtures("log")
def test_they_are_of_one_year_in_utc() -> None:
    assert queries.figures_of(Year(2026)) == queries.Figures(2026, 2, 5, COUNTS)


@pytest.mark.usefixtures("log")
def test_a_year_without_records_has_none() -> None:
    assert queries.figures_of(Year(2024)) == queries.Figures(2024, 0, 0, {})


@pytest.mark.usefixtures("log")
def test_years_reach_from_the_first_record_to_now() -> None:
    assert list(queries.years(datetime(2027, 2, 1, tzinfo=UTC))) == [2027, 2026, 2025]


@pytest.mark.django_db
def test_there_is_always_the_present_year() -> None:
    assert list(queries.years(datetime(2027, 2, 1, tzinfo=UTC))) == [2027]


def checked(path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    program = Path(export.__file__).parent / "package" / "verify.py"
    command = [
        sys.executable,
        "-I",
        str(program),
        str(path),
        "--key",
        str(signing.log_keys(signing.origin())[0]),
    ]
    return subprocess.run([*command, *more], capture_output=True, text=True, check=False)


@pytest.fixture
def package(log: None, tmp_path: Path) -> Path:
    path = tmp_path / "year.zip"
    call_command("records", "export", "--year", "2026", "--out", str(path))
    return path


def test_whoever_holds_an_export_of_the_year_counts_the_same(package: Path) -> None:
    done = checked(package, "--json")
    assert done.returncode == 0, done.stdout
    told = json.loads(done.stdout)
    assert told["figures"] == queries.figures_of(Year(2026)).counts
    assert told["bodies"] == {"opened": 3, "redacted": 1, "erased": 0}


def test_people_read_them_too(package: Path) -> None:
    assert "work.released: 3 (1 0 1 0 0 0 0 0 0 0 0 1)" in checked(package).stdout


def test_a_record_that_is_left_out_is_noticed(package: Path, tmp_path: Path) -> None:
    """Even by somebody with the log's key: the numbers must follow one another."""
    cut = tmp_path / "cut.zip"
    with zipfile.ZipFile(package) as whole, zipfile.ZipFile(cut, "w") as target:
        for name in whole.namelist():
            content = whole.read(name)
            if name == "records.jsonl":
                lines = content.splitlines(keepends=True)
                content = b"".join([lines[0], *lines[2:]])
            if "/3." not in name:
                target.writestr(name, content)
    assert "comes after record 2: some are missing" in checked(cut).stdout


def test_a_record_of_another_year_is_noticed(package: Path, tmp_path: Path) -> None:
    other = export.package_of_year(2025)
    moved = tmp_path / "moved.zip"
    with zipfile.ZipFile(io.BytesIO(other.content)) as whole, zipfile.ZipFile(moved, "w") as target:
        for name in whole.namelist():
            content = whole.read(name)
            target.writestr(
                name, content.replace(b"year:2025", b"year:2026") if name == "manifest.json" else content
            )
    assert "is of the year 2025" in checked(moved).stdout


@pytest.mark.usefixtures("log")
def test_a_year_without_records_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no record of year:2024"):
        call_command("records", "export", "--year", "2024", "--out", str(tmp_path / "a.zip"))


@pytest.mark.parametrize("year", ["26", "0", "x", "10000"])
def test_a_year_has_four_digits(year: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="expected a year such as 2026"):
        call_command("records", "export", "--year", year, "--out", str(tmp_path / "a.zip"))
