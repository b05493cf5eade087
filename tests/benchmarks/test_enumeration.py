from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.enumeration import kolmogorov_smirnov

ROOT = Path(__file__).resolve().parents[2]


def test_it_gives_the_probability_of_smirnovs_table() -> None:
    """L(1.36) = 0.950514 (Smirnov 1948, doi:10.1214/aoms/1177730256)."""
    values = [float(each) for each in range(5000)]
    distance, probability = kolmogorov_smirnov(values, [each + 135.5 for each in values])
    assert distance == pytest.approx(136 / 5000)
    assert probability == pytest.approx(1 - 0.950514, abs=1e-6)


def test_it_compares_free_numbers_with_held_ones_for_each_provider() -> None:
    words = [sys.executable, "-m", "tests.benchmarks.enumeration", "--what", "documents", "2"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    rows = [line.split(" | ") for line in done.stdout.splitlines()[2:]]
    assert [row[:3] for row in rows] == [
        [f"| `{provider}`", answer, clock]
        for provider in ("local", "manual")
        for answer, clock in (("form", "CPU"), ("form", "passed"), ("page", "CPU"), ("page", "passed"))
    ]
    assert all((row[3], row[5]) == ("2", "2") for row in rows)
