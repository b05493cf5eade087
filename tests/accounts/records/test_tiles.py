from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.records.entry import leaf_hash
from accounts.records.merkle import EMPTY_ROOT, consistency_proof, inclusion_proof, root_of, subtree_of
from accounts.records.tiles import (
    ENTRIES,
    Tile,
    TileInvalid,
    TileTree,
    bundle,
    entries_of,
    hashes_of,
    tiles_between,
)

ENTRY_BYTES = [f"entry {number}".encode() for number in range(1200)]
LEAVES = [leaf_hash(each) for each in ENTRY_BYTES]


def content(tile: Tile) -> bytes:
    """A tile by its definition (tlog-tiles, "Merkle Tree")."""
    span = 256**tile.level
    first = tile.index * 256
    return b"".join(
        root_of(LEAVES[(first + inside) * span : (first + inside + 1) * span]) for inside in range(tile.width)
    )


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "0/000"),
        (Tile(0, 1234067), "0/x001/x234/067"),
        (Tile(2, 999, 1), "2/999.p/1"),
        (Tile(63, 1000, 255), "63/x001/000.p/255"),
        (Tile(ENTRIES, 7, 12), "entries/007.p/12"),
    ],
)
def test_a_tile_has_one_path(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    ["", "0/0", "0/0000", "00/000", "64/000", "-1/000", "0/x000/001", "0/000.p/0", "0/000.p/256", "0/000.p/01",
     "0/001/000", "0/000/", "entries/x1/000", "data/000", "0/../000", "0/٠٠٠"],
)  # fmt: skip
def test_it_refuses_other_spellings(path: str) -> None:
    with pytest.raises(TileInvalid, match="path of a tile"):
        Tile.parse(path)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 63), st.integers(0, 10**9), st.integers(1, 256))
def test_every_path_reads_back(level: int, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert Tile.parse(tile.path) == tile


def test_a_tree_of_seventy_thousand_has_the_tiles_of_the_specification() -> None:
    tiles = [tile for tile in tiles_between(0, 70_000) if tile.level != ENTRIES]
    assert len([tile for tile in tiles if tile.level == 0 and tile.is_full]) == 273
    assert [tile for tile in tiles if not tile.is_full] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert Tile(1, 0) in tiles


def test_a_tree_of_two_hundred_and_fifty_six_has_a_full_tile_and_one_above() -> None:
    assert list(tiles_between(0, 256)) == [Tile(ENTRIES, 0), Tile(0, 0), Tile(1, 0, 1)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 70_000), st.integers(0, 70_000))
def test_growing_in_two_steps_writes_what_one_step_writes(one: int, other: int) -> None:
    low, high = min(one, other), max(one, other)
    twice = {*tiles_between(0, low), *tiles_between(low, high)}
    assert set(tiles_between(0, high)) <= twice
    assert list(tiles_between(high, high)) == []


@settings(max_examples=40, deadline=None)
@given(st.integers(1, len(LEAVES)), st.data())
def test_proofs_from_tiles_are_those_of_the_whole_tree(size: int, data: st.DataObject) -> None:
    tree = TileTree(size, content)
    in_memory = subtree_of(LEAVES[:size])
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))

    assert tree.root() == root_of(LEAVES[:size])
    assert inclusion_proof(index, size, tree.subtree) == inclusion_proof(index, size, in_memory)
    assert consistency_proof(old, size, tree.subtree) == consistency_proof(old, size, in_memory)


def test_an_empty_tree_needs_no_tiles() -> None:
    assert TileTree(0, content).root() == EMPTY_ROOT
    assert list(tiles_between(0, 0)) == []


def test_a_bundle_reads_back() -> None:
    entries = [b"", b"one", b"x" * 65_535]
    assert bundle(entries)[:7] == b"\x00\x00\x00\x03one"
    assert entries_of(Tile(ENTRIES, 0, 3), bundle(entries)) == entries


def test_a_bundle_refuses_what_its_length_cannot_say() -> None:
    with pytest.raises(TileInvalid, match="at most 65535"):
        bundle([b"x" * 65_536])


@pytest.mark.parametrize(
    "damaged", [b"\x00", b"\x00\x05one", b"\x00\x03one\x00", b"\x00\x03one\x00\x01x", b""]
)
def test_it_refuses_a_damaged_bundle(damaged: bytes) -> None:
    with pytest.raises(TileInvalid, match="whole entries"):
        entries_of(Tile(ENTRIES, 0, 1), damaged)


def test_it_refuses_a_tile_of_another_length() -> None:
    with pytest.raises(TileInvalid, match="expected 64 bytes, found 63"):
        hashes_of(Tile(0, 0, 2), bytes(63))
