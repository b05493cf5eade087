"""What ``manage.py benchmark index`` measures: looking fingerprints up in packed files, beside comparing with every one."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from marking.marks.fingerprint import CANDIDATE, SAME_PICTURE, distances
from marking.registry.index.packed import Packed
from marking.registry.index.packing import Columns
from marking.registry.index.source import EMPTY, Batch, Mark

Result = TypeVar("Result")

SEED = 5949
TAIL = 50_000
"""Rows that are not on the disk yet: as many as there may be before they are written."""
BLOCK = 8_192
"""Rows that the brute scan compares at a time."""
RADII = (SAME_PICTURE, CANDIDATE)


@dataclass
class Drawn:
    """A `Source` of random fingerprints, of which unrelated pictures differ as much as those of photographs do."""

    columns: Columns
    is_settled: bool = True

    def since(self, key: int) -> Batch:
        """Return the rows from ``key`` on; keys begin at 1."""
        begin = max(key, 1) - 1
        rows = self.columns[:, begin:]
        if not rows.size:
            return EMPTY
        keys = np.arange(begin, self.columns.shape[1]) + 1
        return Batch(keys, rows, keys.size, self._mark(begin), self._mark(-1))

    def count_to(self, key: int) -> int:
        """Return how many rows there are up to ``key``."""
        return min(key, int(self.columns.shape[1]))

    def _mark(self, row: int) -> Mark:
        return Mark(row % self.columns.shape[1] + 1, self.columns[:, row].tobytes())


@dataclass(frozen=True)
class Measured:
    """CPU milliseconds of each query by radius, of the index and of the brute scan; bytes on the disk; seconds to build."""

    rows: int
    size: int
    build: float
    opening: float
    index: dict[int, list[float]] = field(default_factory=dict)
    brute: list[float] = field(default_factory=list)


def measure(rows: int, queries: int, tell: Callable[[str], None]) -> Measured:
    """Measure ``queries`` look-ups of each kind among ``rows`` rows, taking turns so that a busy moment meets all kinds.

    Raises ValueError unless there are more rows than `TAIL` and at least two queries.
    """
    if rows <= TAIL or queries < 2:
        raise ValueError(f"expected more than {TAIL} rows and 2 queries or more, found {rows} and {queries}")
    random = np.random.default_rng(SEED)
    columns = random.integers(0, 1 << 64, (4, rows), np.uint64)
    with tempfile.TemporaryDirectory() as folder:
        source = Drawn(columns[:, : rows - TAIL])
        tell(f"{rows} rows are packed")
        build, _ = _timed(lambda: Packed(Path(folder), source).snapshot(patience=1))
        opened = Packed(Path(folder), source)
        opening, _ = _timed(opened.snapshot)
        source.columns = columns
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        measured = Measured(rows, size, build, opening)
        _ask(measured, opened, columns, queries, random)
    return measured


def report(measured: Measured) -> str:
    """The measurements as a table in Markdown."""
    brute = median(measured.brute)
    told = (
        f"Rows: {measured.rows:,}, of which {TAIL:,} are not on the disk yet; {measured.size / measured.rows:.1f} bytes a row, "
        f"{measured.size / 1e6:,.0f} MB in all; packed in {measured.build:.1f} s, opened and checked in {measured.opening:.2f} s. "
        f"Queries of each kind: {len(measured.brute)}, each a stored fingerprint with 0 to as many bits turned over as the radius."
    )
    lines = [
        told,
        "",
        "| search | CPU ms, median | 95th percentile | share of the brute scan |",
        "|---|---:|---:|---:|",
        *(_line(f"index, radius {radius}", took, brute) for radius, took in measured.index.items()),
        _line("brute scan by NumPy, any radius", measured.brute, brute),
    ]
    return "\n".join(lines)


def _line(name: str, took: list[float], brute: float) -> str:
    return f"| {name} | {median(took):.2f} | {quantiles(took, n=20)[-1]:.2f} | {median(took) / brute:.3f} |"


def _ask(
    measured: Measured, packed: Packed, columns: Columns, queries: int, random: np.random.Generator
) -> None:
    rows = np.ascontiguousarray(columns.T).view(np.uint8)
    measured.index.update({radius: [] for radius in RADII})
    for _ in range(queries):
        row = int(random.integers(columns.shape[1]))
        for radius, took in measured.index.items():
            query = _changed(columns[:, row], int(random.integers(radius + 1)), random)
            seconds, found = _timed(partial(_look_up, packed, query, radius))
            took.append(seconds * 1e3)
            if not any(row + 1 in keys for keys in found):
                raise AssertionError(f"expected row {row} within {radius} bits, found it nowhere")
        seconds, _ = _timed(partial(_brute, rows, query.tobytes()))
        measured.brute.append(seconds * 1e3)


def _look_up(packed: Packed, query: NDArray[np.uint64], radius: int) -> list[NDArray[np.int64]]:
    return [keys for keys, _ in packed.snapshot().near(query, radius)]


def _brute(rows: NDArray[np.uint8], query: bytes) -> list[NDArray[np.int64]]:
    starts = range(0, len(rows), BLOCK)
    return [np.flatnonzero(distances(query, rows[start : start + BLOCK]) <= CANDIDATE) for start in starts]


def _changed(words: NDArray[np.uint64], bits: int, random: np.random.Generator) -> NDArray[np.uint64]:
    changed = words.copy()
    for bit in random.permutation(256)[:bits]:
        changed[bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    return changed


def _timed(task: Callable[[], Result]) -> tuple[float, Result]:
    """CPU seconds of this process, and what the task returned."""
    start = time.process_time()
    result = task()
    return time.process_time() - start, result
