from __future__ import annotations

import pytest

from tests.benchmarks.records.benchmark import Measured, measure, report
from tests.benchmarks.records.mixing import how_many_for


def test_it_refuses_runs_that_say_nothing() -> None:
    with pytest.raises(ValueError, match="expected 400 records and 4 seconds"):
        measure(399, 4, print)
    with pytest.raises(ValueError, match="expected 400 records and 4 seconds"):
        measure(400, 3, print)


def test_it_reports_each_database_beside_what_the_machine_can_do() -> None:
    names = [
        "commits",
        "appends",
        "appends_alone",
        "signing",
        "paced",
        "delay_median",
        "delay_p95",
        "hashing",
        "bytes",
        "verify",
        "deep",
        "mixed_bytes",
        "mixed_verify",
        "mixed_deep",
        "quick",
        "export",
        "offline",
    ]
    sizes = {"total": 500_000.0, "mean_bytes": 400.0}
    mixed = {"mixed_total": 20_000.0, "mixed_people": 43.0, "mixed_consents": 1806.0, "mixed_deep": 4.0}
    figures = dict.fromkeys(names, 2.0) | sizes | mixed
    told = report([Measured("SQLite", figures), Measured("PostgreSQL", figures)])
    assert "| | SQLite | PostgreSQL |" in told
    assert "| `verify --bytes` of a million records*, CPU | 4 s | 4 s |" in told
    assert "| `verify --deep` of a million records without the tree*, CPU | 4 s | 4 s |" in told
    assert "| `verify --deep` of these without the tree†, CPU | 200 s | 200 s |" in told
    assert "| … times `--bytes` of these | 2.0 | 2.0 |" in told
    assert "20000 records of 43 accounts and 1806 consents" in told
    assert "| its `verify.py`, alone, CPU | 0 s | 0 s |" in told
    assert "| … of plain commits | 1.00 | 1.00 |" in told


@pytest.mark.parametrize(("records", "people"), [(1, 3), (66, 3), (67, 4), (10_000, 31)])
def test_it_takes_as_many_people_as_leave_that_many_records(records: int, people: int) -> None:
    assert how_many_for(records) == people
