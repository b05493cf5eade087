"""Laying the tree over the records and signing it, by one process at a time.

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

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.records import halting, signing, stored
from accounts.records.checkpoint import CheckpointInvalid, TreeHead
from accounts.records.halting import Mismatch
from accounts.records.merkle import (
    EMPTY_ROOT,
    ProofInvalid,
    check_consistency,
    consistency_proof,
    root_of,
)
from accounts.records.models import Checkpoint
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


def advance(*, now: datetime | None = None, files: TileFiles | None = None) -> Checkpoint | None:
    """Sign checkpoints until all records are covered, and return the last one signed now.

    None where nothing is new, or where another process is at it. Raises :class:`Mismatch`, having told the operator,
    where the log is not what was signed; nothing is signed then. Raises OSError for what the disk refuses; the next
    call goes on.
    """
    try:
        return _advance(files or log_files(), now or timezone.now())
    except Mismatch as mismatch:
        halting.halt(mismatch)  # out here, where no transaction takes it back
        raise


def _advance(files: TileFiles, now: datetime) -> Checkpoint | None:
    signed = None
    with _turn(files) as is_ours:
        while is_ours and (step := _step(files, now)):
            signed = step
    return signed


def log_files() -> TileFiles:
    """Where this site keeps its tiles."""
    return TileFiles(settings.LOG_FOLDER)


def last_signed() -> TreeHead:
    """What was signed last; the empty tree before the first.

    Raises :class:`Mismatch` for a checkpoint that its own log would not sign.
    """
    name = signing.origin()
    last = Checkpoint.objects.order_by("-size").first()
    if last is None:
        return TreeHead(name, 0, EMPTY_ROOT)
    try:
        head = signing.read_own(last, name)
    except CheckpointInvalid as error:
        raise Mismatch("checkpoint", last.size, f"The last checkpoint cannot be read: {error}.") from error
    if (head.size, head.root) != (last.size, bytes(last.root)):
        raise Mismatch("checkpoint", last.size, "The last checkpoint differs from its columns.")
    return head


@contextmanager
def _turn(files: TileFiles) -> Iterator[bool]:
    """Whether it is ours to sign: a lock on the folder, and on PostgreSQL, which machines share, one in the database."""
    files.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(files.folder, os.O_RDONLY)
    try:
        if not _is_locked(descriptor):
            yield False
            return
        files.remove_unfinished()
        with _turn_in_database() as is_ours:
            yield is_ours
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


def _step(files: TileFiles, now: datetime) -> Checkpoint | None:
    """One checkpoint more, or None when all records are covered."""
    if found := halting.witness_halt():
        raise Mismatch(found.code, found.sequence, found.sentence)
    old = last_signed()
    size = min(stored.count(), old.size + LARGEST_STEP)
    if size < old.size:
        raise Mismatch("cut_off", size + 1, f"{old.size} records were signed, and {size} are there.")
    checkpoint = _signed(files, old, size, now) if size > old.size else None
    halting.end(of_witnesses=False)
    return checkpoint


def _signed(files: TileFiles, old: TreeHead, size: int, now: datetime) -> Checkpoint:
    first = old.size if _are_there(files, old.size) else 0
    try:
        root = _grow(files, old, first, size)
    except FileNotFoundError:
        root = _grow(files, old, 0, size)  # somebody removed tiles: they are made again from the records
    head = TreeHead(old.origin, size, root)
    with _safe_on_disk(), transaction.atomic():
        checkpoint = Checkpoint.objects.create(size=size, root=root, note=signing.sign(head), at=now)
    for tile in tiles_between(old.size, size):
        if tile.is_full:
            files.remove_partials(tile)
    return checkpoint


def _are_there(files: TileFiles, size: int) -> bool:
    """Whether the last tile of level 0, and its bundle, are there for a tree of ``size`` leaves."""
    if not size:
        return True
    last = (size - 1) // WIDTH
    return all(files.has(tile_at(level, last, size)) for level in (ENTRIES, 0))


def _grow(files: TileFiles, old: TreeHead, first: int, size: int) -> bytes:
    """Write the tiles that a tree of ``size`` leaves has and one of ``first`` has not; return the root, checked.

    Raises FileNotFoundError where an older tile is missing, and :class:`Mismatch`.
    """
    for tile in tiles_between(first, size):
        files.write(tile, _content(files, tile))
    tree = TileTree(size, files.read)
    try:
        root = tree.root()
        proof = consistency_proof(old.size, size, tree.subtree)
        check_consistency(old.size, old.root, size, root, proof)
    except (ProofInvalid, TileInvalid) as error:
        raise Mismatch("tree", 1, f"The tree does not continue the signed one: {error}.") from error
    return root


def _content(files: TileFiles, tile: Tile) -> bytes:
    begin = tile.index * WIDTH
    if tile.level == ENTRIES:
        return bundle(stored.entries(begin, begin + tile.width))
    if tile.level == 0:
        return b"".join(_leaves(files, tile, begin))
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
def _safe_on_disk() -> Iterator[None]:
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
