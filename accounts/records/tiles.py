"""Tiles: the tree and its entries cut into files that never change (C2SP tlog-tiles). Pure.

A tile holds up to 256 hashes of one level, a bundle the entries below one tile of level 0. The rightmost of each
level are partial until they are full; a full one never changes again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from accounts.records.merkle import HASH_BYTES, largest_split, node_hash, root_of

WIDTH = 256
HEIGHT = 8
ENTRIES = -1
"""The level that bundles of entries are said to be of."""
LARGEST_ENTRY = 2**16 - 1

_PATH = re.compile(r"(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
_HIGHEST_LEVEL = 63
_LENGTH_BYTES = 2


class TileInvalid(ValueError):
    """A path that names no tile, or bytes that are not one. Says what was expected and found."""


@dataclass(frozen=True)
class Tile:
    """Which tile: its level (:data:`ENTRIES` for a bundle), its number in that level and its width, 1 to 256."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def is_full(self) -> bool:
        """Whether it never changes again."""
        return self.width == WIDTH

    @property
    def path(self) -> str:
        """Its place below ``tile/``, such as ``0/x001/x234/067`` or ``entries/000.p/12``."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"{level}/{_number(self.index)}" + ("" if self.is_full else f".p/{self.width}")

    @classmethod
    def parse(cls, path: str) -> Tile:
        """The tile that ``path`` names. Raises :class:`TileInvalid` for any other spelling."""
        parts = _PATH.fullmatch(path)
        if parts is None:
            raise TileInvalid(f"expected the path of a tile, found {path[:80]!r}")
        level = ENTRIES if parts[1] == "entries" else int(parts[1])
        tile = cls(level, int(re.sub("[x/]", "", parts[2])), int(parts[3] or WIDTH))
        if tile.path != path or level > _HIGHEST_LEVEL:
            raise TileInvalid(f"expected the path of a tile, found {path[:80]!r}")
        return tile


def _number(index: int) -> str:
    """Groups of three digits, all but the last behind an ``x``."""
    last = f"{index % 1000:03d}"
    rest = index // 1000
    while rest:
        last = f"x{rest % 1000:03d}/{last}"
        rest //= 1000
    return last


def count_at(level: int, size: int) -> int:
    """How many hashes of ``level`` a tree of ``size`` leaves has; entries count as leaves."""
    return size >> HEIGHT * max(level, 0)


def first_leaf(tile: Tile, part: int = 0) -> int:
    """The number of the first leaf below the hash, or the entry, ``part`` of a tile."""
    return (tile.index * WIDTH + part) << HEIGHT * max(tile.level, 0)


def tile_at(level: int, index: int, size: int) -> Tile:
    """Tile ``index`` of ``level`` as it is in a tree of ``size`` leaves."""
    return Tile(level, index, min(WIDTH, count_at(level, size) - index * WIDTH))


def tiles_between(old: int, new: int) -> Iterator[Tile]:
    """The tiles and bundles of a tree of ``new`` leaves that a tree of ``old`` leaves does not have, lowest level first."""
    level = ENTRIES
    while count_at(level, new):
        for index in range(count_at(level, old) // WIDTH, -(-count_at(level, new) // WIDTH)):
            tile = tile_at(level, index, new)
            if tile.width > count_at(level, old) - index * WIDTH:
                yield tile
        level += 1


def hashes_of(tile: Tile, content: bytes) -> list[bytes]:
    """The hashes in a tile. Raises :class:`TileInvalid` for another number of bytes than its width asks for."""
    if len(content) != tile.width * HASH_BYTES:
        raise TileInvalid(f"{tile.path}: expected {tile.width * HASH_BYTES} bytes, found {len(content)}")
    return [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries, each behind its length in two bytes. Raises :class:`TileInvalid` for one that is too long."""
    parts = []
    for entry in entries:
        if len(entry) > LARGEST_ENTRY:
            raise TileInvalid(f"expected an entry of at most {LARGEST_ENTRY} bytes, found {len(entry)}")
        parts += [len(entry).to_bytes(_LENGTH_BYTES, "big"), entry]
    return b"".join(parts)


def entries_of(tile: Tile, content: bytes) -> list[bytes]:
    """The entries in a bundle. Raises :class:`TileInvalid` for a bundle that is cut off or holds another number."""
    entries, at = [], 0
    while at < len(content):
        begin = at + _LENGTH_BYTES
        at = begin + int.from_bytes(content[at:begin], "big")
        entries.append(content[begin:at])
    if at != len(content) or len(entries) != tile.width:
        raise TileInvalid(f"{tile.path}: expected {tile.width} whole entries, found {len(entries)}")
    return entries


@dataclass
class TileTree:
    """A tree of ``size`` leaves whose hashes lie in tiles; ``read`` answers with the bytes of one.

    :meth:`subtree` raises what ``read`` raises, and :class:`TileInvalid` for a tile of another length.
    """

    size: int
    read: Callable[[Tile], bytes]
    _known: dict[Tile, list[bytes]] = field(default_factory=dict)

    def root(self) -> bytes:
        """The hash of the whole tree."""
        return self.subtree(0, self.size) if self.size else root_of(())

    def at(self, size: int) -> TileTree:
        """The tree as it was when it had ``size`` leaves; its narrower tiles are cut out of those that are there."""
        return TileTree(size, self._cut)

    def _cut(self, tile: Tile) -> bytes:
        hashes = self._hashes(tile_at(tile.level, tile.index, self.size))
        return b"".join(hashes[: tile.width])

    def subtree(self, start: int, end: int) -> bytes:
        """The hash of the leaves ``[start, end)``, as the proofs of :mod:`accounts.records.merkle` ask for them."""
        count = end - start
        if count & (count - 1):
            middle = start + largest_split(count)
            return node_hash(self.subtree(start, middle), self.subtree(middle, end))
        height = count.bit_length() - 1
        level, inside = divmod(height, HEIGHT)
        first = start >> HEIGHT * level
        hashes = self._hashes(tile_at(level, first // WIDTH, self.size))
        return root_of(hashes[first % WIDTH : first % WIDTH + (1 << inside)])

    def _hashes(self, tile: Tile) -> list[bytes]:
        if tile not in self._known:
            self._known[tile] = hashes_of(tile, self.read(tile))
        return self._known[tile]
