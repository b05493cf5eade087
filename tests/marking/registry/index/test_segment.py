"""A sealed segment …"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from marking.registry.index.packing import FEW, MANY, MANY_FROM, REACH, Plan, plan_for, probes
from marking.registry.index.segment import Damaged, Segment, load, write

ROWS = 3_000
BITS = st.sets(st.integers(0, 255), max_size=90)


def columns(seed: int = 1, rows: int = ROWS) -> NDArray[np.uint64]:
    return np.random.default_rng(seed).integers(0, 1 << 64, (4, rows), np.uint64)


def made(path: Path, plan: Plan, words: NDArray[np.uint64]) -> Segment:
    keys = np.arange(words.shape[1]) * 3 + 1_000_000_000_000
    return load(path, words.shape[1], write(path, keys, words, plan))


@pytest.fixture(scope="module", params=[FEW, MANY], ids=["few", "many"])
def segment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Segment]:
    path = tmp_path_factory.mktemp("index") / "a.segment"
    yield made(path, request.param, columns())
    path.unlink()


def flipped(words: NDArray[np.uint64], bits: set[int]) -> NDArray[np.uint64]:
    turned = words.copy()
    for bit in bits:
        turned[bit // 64] ^= np.uint64(1 << (bit % 64))
    return turned


def test_it_keeps_what_it_was_given(segment: Segment) -> None:
    assert segment.rows == ROWS
    assert np.array_equal(segment.columns, columns())
    assert segment.keys.tolist() == [1_000_000_000_000 + 3 * row for row in range(ROWS)]


@given(row=st.integers(0, ROWS - 1), bits=BITS, radius=st.integers(0, 100))
@settings(max_examples=60, deadline=None)
def test_it_finds_exactly_what_lies_within_the_radius(
    segment: Segment, row: int, bits: set[int], radius: int
) -> None:
    query = flipped(segment.columns[:, row], bits)
    rows, found = segment.near(query, radius)
    distances = np.bitwise_count(segment.columns ^ query[:, None]).sum(axis=0)
    assert rows.tolist() == np.flatnonzero(distances <= radius).tolist()
    assert found.tolist() == distances[rows].tolist()


@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_it_misses_nothing_however_the_differing_bits_are_shared_out(
    segment: Segment, data: st.DataObject
) -> None:
    """The worst case: every chunk differs by as many bits as it may, and one by one less."""
    start = data.draw(st.integers(0, 255))
    step = data.draw(st.sampled_from([1, 3, 7, 8, 9, 21, 85]))
    bits = {(start + place * step) % 256 for place in range(REACH)}
    rows, found = segment.near(flipped(segment.columns[:, 5], bits), REACH)
    assert (rows.tolist(), found.tolist()) == ([5], [len(bits)])


def test_it_finds_the_very_opposite_only_within_all_bits(segment: Segment) -> None:
    opposite = ~segment.columns[:, 5]
    assert 5 not in segment.near(opposite, 255)[0]
    assert 5 in segment.near(opposite, 256)[0]
    assert segment.near(segment.columns[:, 5], 0)[1].tolist() == [0]


def test_it_scans_where_most_rows_would_have_to_be_looked_at(tmp_path: Path) -> None:
    words = np.repeat(columns(rows=1), ROWS, axis=1)
    words[0, ::2] ^= np.uint64(1)
    copies = made(tmp_path / "a.segment", FEW, words)
    rows, found = copies.near(words[:, 0], REACH)
    assert (rows.tolist(), found[:2].tolist()) == (list(range(ROWS)), [0, 1])


def test_it_tells_which_rows_agree_in_a_chunk(segment: Segment) -> None:
    queries = np.stack([segment.columns[:, 7], columns(9, 1)[:, 0]], axis=1)
    asked, rows = segment.agreeing(queries, most=50)
    assert (0, 7) in set(zip(asked.tolist(), rows.tolist(), strict=True))
    assert rows.size < ROWS
    assert segment.agreeing(queries, most=0)[1].size == 0


@pytest.mark.parametrize("plan", [FEW, MANY])
def test_its_plans_leave_no_gap_within_reach(plan: Plan) -> None:
    assert sum(plan.widths) == 64
    assert 4 * sum(slack + 1 for slack in plan.slacks) - 1 == REACH
    keys, chunks = probes(columns(rows=1)[:, 0], plan)
    assert keys.size == len(set(keys.tolist())) == chunks.size
    assert keys.max() < plan.keys


def test_it_takes_larger_tables_for_many_rows() -> None:
    assert (plan_for(MANY_FROM - 1), plan_for(MANY_FROM)) == (FEW, MANY)


def test_it_is_not_loaded_as_another(tmp_path: Path) -> None:
    path = tmp_path / "a.segment"
    checksum = write(path, np.arange(9), columns(rows=9), FEW)
    with pytest.raises(Damaged, match=r"expected 8 rows in a\.segment, found 9 rows"):
        load(path, 8, checksum)
    with pytest.raises(Damaged, match="expected the checksum 00 of"):
        load(path, 9, "00")
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(Damaged, match="found 20 bytes"):
        load(path, 9, checksum)


def test_it_refuses_keys_that_lie_too_far_apart(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected keys within 2\\^32 of each other, found 1 and 4294967297"):
        write(tmp_path / "a.segment", np.array([1, (1 << 32) + 1]), columns(rows=2), FEW)
    assert list(tmp_path.iterdir()) == []
