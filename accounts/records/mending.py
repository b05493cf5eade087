"""Keeping the trees of frozen shards as they were signed.

Nobody writes to them any more. A tile that was lost is made again from the records; those that are there are hashed again, a few at a
time, once a day. What does not fit is told, stops no other shard, and is not written over.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.utils import timezone

from accounts.records import halting, shards
from accounts.records.checkpoint import TreeHead
from accounts.records.halting import Mismatch
from accounts.records.merkle import HASH_BYTES
from accounts.records.models import Shard
from accounts.records.sequencing import Doubts, content, last_signed, locked, log_files, tell, turn
from accounts.records.tile_files import SHARDS, TileFiles
from accounts.records.tiles import (
    ENTRIES,
    WIDTH,
    Tile,
    TileInvalid,
    TileTree,
    count_at,
    first_leaf,
    tile_at,
    tiles_between,
)

logger = logging.getLogger(__name__)

AT_ONCE = 256
"""Tiles of one shard hashed again in one go, with the 65,536 records below them: some 0.3 s of a processor."""
EVERY = timedelta(days=1)
"""From the beginning of one round to that of the next."""


@dataclass
class _Round:
    """How many tiles of a tree were hashed since the round began. One that finds something stays where it is."""

    begun_at: datetime
    tiles: int = 0
    is_done: bool = False


_rounds: dict[bytes, _Round] = {}
"""By the root of the tree. A process that starts begins anew: what it says is right it has seen itself."""


def mend(*, now: datetime | None = None, files: TileFiles | None = None, at_once: int = AT_ONCE) -> Doubts:
    """Make the lost tiles of frozen shards again, and hash ``at_once`` more of the others. Safe to run twice; nothing is signed.

    What does not fit is told to the operator, returned, and stops no other shard. It is forgotten when a whole round found nothing.
    """
    files, doubts = files or log_files(), []
    with locked(files.folder / SHARDS) as is_ours:
        for shard in shards.finished() if is_ours else ():
            try:
                _look_after(files.below(shard.folder), shard, now or timezone.now(), at_once)
            except Mismatch as mismatch:
                doubts.append((shard, mismatch))
    tell(doubts)
    return doubts


def restore(shard: Shard) -> None:
    """Make the lost tiles of any shard again, at once; nothing where another process signs. Raises as :func:`make_again` does."""
    files = log_files()
    with turn(files) as is_ours:
        if is_ours:
            make_again(files.below(shard.folder), shard, last_signed(shard))


def make_again(files: TileFiles, shard: Shard, head: TreeHead) -> None:
    """Write those tiles of the signed tree ``head`` that are not there, from the records.

    Raises :class:`Mismatch` where they would not lead to the signed root: none of them is left then. OSError for what the disk refuses.
    """
    lost = [tile for tile in tiles_between(0, head.size) if not files.has(tile)]
    if not lost:
        return
    try:
        for tile in lost:
            files.write(tile, _content(files, shard, tile))
        hold(files, shard, _up_to_the_top(lost, head.size))
        require_root(files, shard, head)
    except (Mismatch, OSError):
        for tile in lost:
            files.remove(tile)
        raise
    logger.warning("%d lost tiles of %s were made again.", len(lost), shard)


def hold(files: TileFiles, shard: Shard, tiles: Iterable[Tile]) -> None:
    """Hold tiles of hashes against what lies below them, at the bottom the bundles and the records; what is not there is passed over.

    Raises :class:`Mismatch` naming the first record below the first that does not fit.
    """
    for tile in tiles:
        try:
            found, wanted = files.read(tile), _content(files, shard, tile)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise _mismatch(shard, tile, 0, f"cannot be read: {error.strerror}") from error
        if found != wanted:
            raise _mismatch(shard, tile, _first_other(found, wanted), "does not hold what the records hold")


def hash_tiles(size: int) -> Iterator[Tile]:
    """The tiles of hashes of a tree with ``size`` leaves, lowest level first."""
    return (tile for tile in tiles_between(0, size) if tile.level != ENTRIES)


def require_root(files: TileFiles, shard: Shard, head: TreeHead) -> None:
    """Check that tiles lead to the root that was signed. Raises :class:`Mismatch`."""
    try:
        root = TileTree(head.size, files.read).root()
    except (OSError, TileInvalid) as error:
        raise Mismatch("tree", shard.first, f"The tiles of {shard} cannot be read.") from error
    if root != head.root:
        raise Mismatch("tree", shard.first, f"The tiles of {shard} do not lead to the root that was signed.")


def _look_after(files: TileFiles, shard: Shard, now: datetime, at_once: int) -> None:
    head = last_signed(shard)
    try:
        make_again(files, shard, head)
    finally:  # what is there may name the record that keeps the others from being made
        is_through = _hash_some(files, shard, head, now, at_once)
    if is_through:
        require_root(files, shard, head)
        halting.end(shard, of_witnesses=False)


def _hash_some(files: TileFiles, shard: Shard, head: TreeHead, now: datetime, at_once: int) -> bool:
    """Hold the next tiles again, and say whether a round ended with them. One begins each day, and at once while there is doubt."""
    this = _rounds.setdefault(head.root, _Round(now))
    if this.is_done and (now >= this.begun_at + EVERY or halting.own_halts(shard).exists()):
        this = _rounds[head.root] = _Round(now)
    if this.is_done:
        return False
    some = list(islice(hash_tiles(head.size), this.tiles, this.tiles + at_once))
    hold(files, shard, some)
    this.tiles += len(some)
    this.is_done = len(some) < at_once
    return this.is_done


def _content(files: TileFiles, shard: Shard, tile: Tile) -> bytes:
    try:
        return content(files, shard, tile)
    except TileInvalid as error:
        raise _mismatch(shard, tile, 0, f"lies above one of another length: {error}") from error


def _up_to_the_top(tiles: Iterable[Tile], size: int) -> list[Tile]:
    """The tiles of hashes that ``tiles`` are, or lie below, and all above these, lowest level first."""
    found: set[Tile] = set()
    for tile in tiles:
        level, index = max(tile.level, 0), tile.index
        while count_at(level, size) > index * WIDTH and (above := tile_at(level, index, size)) not in found:
            found.add(above)
            level, index = level + 1, index // WIDTH
    return sorted(found, key=lambda each: (each.level, each.index))


def _mismatch(shard: Shard, tile: Tile, part: int, what: str) -> Mismatch:
    return Mismatch("tile", shard.first + first_leaf(tile, part), f"The tile {tile.path} {what}.")


def _first_other(found: bytes, wanted: bytes) -> int:
    """The number of the first hash of ``wanted`` that ``found`` does not hold in its place."""
    differing = (
        at
        for at in range(0, len(wanted), HASH_BYTES)
        if found[at : at + HASH_BYTES] != wanted[at : at + HASH_BYTES]
    )
    return next(differing, max(len(wanted) - 1, 0)) // HASH_BYTES
