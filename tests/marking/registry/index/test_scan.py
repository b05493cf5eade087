"""Comparing all queries with all rows …"""

from __future__ import annotations

import numpy as np
import pytest

from marking.registry.index.scan import BLOCK, distances, pairs_within


@pytest.mark.parametrize("rows", [30, BLOCK // 7, BLOCK + 1])
def test_it_finds_each_query_beside_each_row_within_the_radius(rows: int) -> None:
    words = np.random.default_rng(1).integers(0, 1 << 63, (4, rows), dtype=np.uint64)
    queries = np.concatenate([words[:, :3], ~words[:, :1], words[:, :12] ^ np.uint64(7)], axis=1)
    asked, near = pairs_within(queries, words, 100)
    table = [distances(words, np.arange(rows), each) for each in queries.T]
    expected = [(number, row) for number, row in zip(*np.nonzero(np.array(table) <= 100), strict=True)]
    assert list(zip(asked, near, strict=True)) == expected


def test_what_differs_in_every_bit_is_not_near() -> None:
    words = np.full((4, 2), 5, np.uint64)
    asked, near = pairs_within(np.stack([words[:, 0], ~words[:, 0]], axis=1), words, 255)
    assert (asked.tolist(), near.tolist()) == ([0, 0], [0, 1])


def test_there_may_be_nothing_to_compare() -> None:
    none, one = np.empty((4, 0), np.uint64), np.zeros((4, 1), np.uint64)
    assert [each.size for each in pairs_within(none, none, 48)] == [0, 0]
    assert [each.size for each in pairs_within(one, none, 48)] == [0, 0]
