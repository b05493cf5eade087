"""The table of distances …"""

from __future__ import annotations

import numpy as np

from marking.registry.index.scan import distance_table, distances


def test_it_holds_the_distance_of_each_query_to_each_row() -> None:
    words = np.random.default_rng(1).integers(0, 1 << 63, (4, 30), dtype=np.uint64)
    queries = np.concatenate([words[:, :3], ~words[:, :1]], axis=1)
    table = distance_table(queries, words)
    rows = np.arange(30)
    assert [row.tolist() for row in table] == [distances(words, rows, each).tolist() for each in queries.T]
    assert table[3, 0] == 256


def test_it_may_be_empty() -> None:
    none = np.empty((4, 0), np.uint64)
    assert distance_table(none, none).shape == (0, 0)
