"""Laying the trees over the records and signing them, by one process at a time.

A step reads the new records again from the database, hashes them twice, writes their tiles, reads those back, checks
that the tree continues the one that was signed last, and only then signs. Any step may die anywhere: tiles are written
whole, are the same whoever writes them, and count for nothing until a checkpoint over them is stored.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.records import halting, shards, signing, stored
from accounts.records.checkpoint import CheckpointInvalid, TreeHead
from accounts.records.halting import Mismatch
from accounts.records.merkle import (
    EMPTY_ROOT,
    ProofInvalid,
    check_consistency,
    consistency_proof,
    root_of,
)
from accounts.records.models import Checkpoint, Shard
from accounts.records.tile_files import TileFiles
from accounts.records.tiles import (
    ENTRIES,
    WIDTH,
    Tile,
    TileInvalid,
    TileTree,
    bundle,
    entries_of,
    hashes_of,
    tile_at,
    tiles_between,
)

LARGEST_STEP = 64 * WIDTH
"""Records under one checkpoint more than under the one before it."""
# Any constant that no other part of the site locks.
_TURN = 0x59_49_4E_4A_4A


Doubts = list[tuple[Shard, Mismatch]]
"""What is wrong with which shards."""


def advance(*, now: datetime | None = None, files: TileFiles | None = None) -> Checkpoint | None:
    """Sign checkpoints until all records that there are now are covered, and return the last one signed now.

    What others write meanwhile waits for the next call: on PostgreSQL nothing of this is committed before it returns.
    None where nothing is new, or where another process is at it. Raises :class:`Mismatch`, having told the operator,
    where the shard that grows is not what was signed; nothing of it is signed then. Of one that is frozen the operator is told, and the
    others go on. Raises OSError for what the disk refuses; the next
    call goes on.
    """
    files = files or log_files()
    with turn(files) as is_ours:
        signed, doubts = sign(files, now or timezone.now()) if is_ours else (None, [])
    tell(doubts)  # out here, where no transaction takes it back
    return signed


def tell(doubts: Doubts) -> None:
    """Note each doubt, and raise the :class:`Mismatch` of the shard that grows, where there is one."""
    for shard, mismatch in doubts:
        halting.halt(mismatch, shard)
    for shard, mismatch in doubts:
        if shard.last is None:
            raise mismatch


def sign(files: TileFiles, now: datetime) -> tuple[Checkpoint | None, Doubts]:
    """Sign what is new in each shard that is not finished, oldest first. Only for the one whose :func:`turn` it is."""
    signed, doubts, newest = None, [], stored.count()
    for shard in shards.unfinished(now):
        try:
            while step := _step(files.below(shard.folder), shard, now):
                signed = step
                if signed.size >= newest:
                    break
        except Mismatch as mismatch:
            doubts.append((shard, mismatch))
    return signed, doubts


def log_files() -> TileFiles:
    """Where this site keeps its tiles; those of later shards below."""
    return TileFiles(settings.LOG_FOLDER)


def last_signed(shard: Shard) -> TreeHead:
    """What of ``shard`` was signed last; the empty tree before the first.

    Raises :class:`Mismatch` for a checkpoint that its own log would not sign.
    """
    last = shards.checkpoints(shard).order_by("-size").first()
    if last is None:
        return TreeHead(shard.origin, 0, EMPTY_ROOT)
    try:
        return signing.read_own(last, shard)
    except CheckpointInvalid as error:
        raise Mismatch("checkpoint", last.size, f"The last checkpoint cannot be read: {error}.") from error


@contextmanager
def turn(files: TileFiles) -> Iterator[bool]:
    """Whether it is ours to sign: a lock on the folder, and on PostgreSQL, which machines share, one in the database."""
    with locked(files.folder) as is_locked:
        if not is_locked:
            yield False
            return
        with _turn_in_database() as is_ours:
            yield is_ours


@contextmanager
def locked(folder: Path) -> Iterator[bool]:
    """Whether a folder, made where it is not there, is locked by us and no other process of this machine."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield _is_locked(descriptor)
    finally:
        os.close(descriptor)


def _is_locked(descriptor: int) -> bool:
    """Lock a folder, unless another process has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _turn_in_database() -> Iterator[bool]:
    if connection.vendor != "postgresql":
        yield True
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_TURN])
        yield cursor.fetchone()[0]


def _step(files: TileFiles, shard: Shard, now: datetime) -> Checkpoint | None:
    """One checkpoint more, or None when all records of the shard are covered."""
    if found := halting.witness_halt(shard):
        raise Mismatch(found.code, found.sequence, found.sentence)
    old, count = last_signed(shard), stored.count()
    known = max(shard.before + old.size, shard.last or 0)
    if count < known:
        raise Mismatch("cut_off", count + 1, f"{known} records were signed, and {count} are there.")
    size = min((shard.last or count) - shard.before, old.size + LARGEST_STEP)
    checkpoint = _signed(files, shard, old, size, now) if size > old.size else None
    halting.end(shard, of_witnesses=False)
    return checkpoint


def _signed(files: TileFiles, shard: Shard, old: TreeHead, size: int, now: datetime) -> Checkpoint:
    files.remove_unfinished()
    root = grown(files, shard, old, size)
    if shard.before + size == shard.last:
        shards.require_promised(shard, size, root)
    head = TreeHead(old.origin, size, root)
    with safe_on_disk(), transaction.atomic():
        shards.keep(shard)
        checkpoint = Checkpoint.objects.create(
            size=shard.before + size, root=root, note=signing.sign(head), at=now
        )
    for tile in tiles_between(old.size, size):
        if tile.is_full:
            files.remove_partials(tile)
    return checkpoint


def grown(files: TileFiles, shard: Shard, old: TreeHead, size: int) -> bytes:
    """The root of the shard's tree with ``size`` leaves, whose tiles are written then; those that somebody removed are made again.

    Raises :class:`Mismatch` where the tree does not continue ``old``.
    """
    first = old.size if _are_there(files, old.size) else 0
    try:
        return _grow(files, shard, old, first, size)
    except FileNotFoundError:
        return _grow(files, shard, old, 0, size)


def _are_there(files: TileFiles, size: int) -> bool:
    """Whether the last tile of level 0, and its bundle, are there for a tree of ``size`` leaves."""
    if not size:
        return True
    last = (size - 1) // WIDTH
    return all(files.has(tile_at(level, last, size)) for level in (ENTRIES, 0))


def _grow(files: TileFiles, shard: Shard, old: TreeHead, first: int, size: int) -> bytes:
    """Write the tiles that a tree of ``size`` leaves has and one of ``first`` has not; return the root, checked.

    Raises FileNotFoundError where an older tile is missing, and :class:`Mismatch`.
    """
    for tile in tiles_between(first, size):
        files.write(tile, content(files, shard, tile))
    tree = TileTree(size, files.read)
    try:
        root = tree.root()
        proof = consistency_proof(old.size, size, tree.subtree)
        check_consistency(old.size, old.root, size, root, proof)
    except (ProofInvalid, TileInvalid) as error:
        raise Mismatch("tree", shard.first, f"The tree does not continue the signed one: {error}.") from error
    return root


def content(files: TileFiles, shard: Shard, tile: Tile) -> bytes:
    """What a tile must hold: of a bundle the records' entries, of level 0 the hashes of its bundle, which must be those of the records, of a
    higher one the hashes of the tiles below it.

    Raises :class:`Mismatch` naming the first record that does not fit, OSError, and :class:`TileInvalid` for a tile below of another length.
    """
    begin = tile.index * WIDTH
    if tile.level == ENTRIES:
        return bundle(stored.entries(shard.before + begin, shard.before + begin + tile.width))
    if tile.level == 0:
        return b"".join(_leaves(files, tile, shard.before + begin))
    below = (Tile(tile.level - 1, begin + inside) for inside in range(tile.width))
    return b"".join(root_of(hashes_of(each, files.read(each))) for each in below)


def _leaves(files: TileFiles, tile: Tile, begin: int) -> Iterator[bytes]:
    """The leaf hashes of a bundle's bytes as they lie on the disk, held against those that the database has."""
    source = Tile(ENTRIES, tile.index, tile.width)
    try:
        entries = entries_of(source, files.read(source))
    except TileInvalid as error:
        raise Mismatch("tile", begin + 1, f"{error}.") from error
    leaves = stored.leaves(begin, begin + tile.width)
    for number, (entry, leaf) in enumerate(zip_longest(entries, leaves, fillvalue=b""), 1):
        if stored.leaf_again(entry) != leaf:
            raise Mismatch("tile", begin + number, f"{source.path} does not hold what the record holds.")
        yield leaf


@contextmanager
def safe_on_disk() -> Iterator[None]:
    """Have SQLite flush what is committed in here, and all before it: a signature must not outlive its records."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=FULL")
        try:
            yield
        finally:
            cursor.execute("PRAGMA synchronous=NORMAL")
