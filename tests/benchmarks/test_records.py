from __future__ import annotations

import pytest

from tests.benchmarks.records.benchmark import Measured, measure, report


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
        "deep",
        "quick",
        "export",
        "offline",
    ]
    figures = dict.fromkeys(names, 2.0) | {"total": 500_000.0, "mean_bytes": 400.0}
    told = report([Measured("SQLite", figures), Measured("PostgreSQL", figures)])
    assert "| | SQLite | PostgreSQL |" in told
    assert "| `verify --bytes` of a million records*, CPU | 4 s | 4 s |" in told
    assert "| its `verify.py`, alone, CPU | 0 s | 0 s |" in told
    assert "| … of plain commits | 1.00 | 1.00 |" in told
