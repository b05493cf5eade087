"""Freezing the shard that grows, and opening the next one.

Both records and both rows are written in one transaction, under the locks of appending and of signing: killed anywhere, the process
leaves the old shard or the new one. The frozen tree is signed afterwards as any other, and must then be the one that was named.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts.records import log, sequencing, shards, signing, stored
from accounts.records.merkle import Frontier
from accounts.records.models import Shard
from accounts.records.sequencing import Doubts, last_signed
from accounts.records.tile_files import TileFiles
from accounts.records.tiles import TileTree

if TYPE_CHECKING:
    from accounts.users.models import User

logger = logging.getLogger(__name__)


class NotRotated(Exception):
    """The shard goes on as it is. Says why."""


def rotate_yearly(*, now: datetime | None = None) -> Shard | None:
    """Open a shard where a year began in UTC since the last was opened. Safe to run twice, and late.

    None where it is not time yet, also where a clock moved back, and where another process signs just now. Raises what :func:`rotate` does.
    """
    now = now or timezone.now()
    grows = Shard.objects.filter(last__isnull=True).first()
    if grows is None or now.astimezone(UTC).year <= grows.year:
        return None
    try:
        return rotate(now=now, unless_of=now.astimezone(UTC).year)
    except NotRotated:
        return None  # the next tick


def rotate(
    *,
    by: User | None = None,
    now: datetime | None = None,
    files: TileFiles | None = None,
    unless_of: int | None = None,
) -> Shard:
    """Freeze the shard that grows, and return the one that grows from now on; ``unless_of``: only where that one is of an earlier year.

    Raises :class:`NotRotated` where nothing was ever written, where another process signs just now, and where ``unless_of`` says so;
    :class:`~accounts.records.halting.Mismatch`, having told the operator, where the shard is not what was signed. OSError for what the disk refuses.
    """
    now, files = now or timezone.now(), files or sequencing.log_files()
    with sequencing.turn(files) as is_ours:
        if not is_ours:
            raise NotRotated("Another process signs the log just now: try again.")
        opened, doubts = _rotated(files, now, by, unless_of)
    sequencing.tell(doubts)
    if opened is None:
        raise NotRotated("Nothing was written yet.")
    logger.warning(
        "The log goes on as %s. Its key, for those who witness it: %s",
        opened.origin,
        signing.log_keys(opened.origin)[0],
    )
    return opened


def _rotated(
    files: TileFiles, now: datetime, by: User | None, unless_of: int | None
) -> tuple[Shard | None, Doubts]:
    """Sign what waits, so that little is left to hash while writers wait; rotate; sign both ends of it."""
    _, doubts = sequencing.sign(files, now)
    grows = Shard.objects.filter(last__isnull=True).first()
    if grows is None or any(shard.last is None for shard, _ in doubts):
        return None, doubts
    if unless_of is not None and grows.year >= unless_of:
        raise NotRotated(f"{grows} is of {grows.year}.")
    with sequencing.safe_on_disk(), transaction.atomic():
        opened = _opened(files.below(grows.folder), grows, by, now)
    _, doubts = sequencing.sign(files, now)
    return opened, doubts


def _opened(files: TileFiles, old: Shard, by: User | None, now: datetime) -> Shard:
    log.take_turn()
    name = _next_name(old, now)
    origin = signing.origin_of(name)
    frozen = log.append(
        kind=shards.FROZEN,
        subject=f"log:{old.name}",
        body={"origin": old.origin, "successor": origin},
        by=by,
        now=now,
    )
    size, root = frozen.sequence - old.before, _root(files, old, frozen.sequence)
    Shard.objects.filter(first=old.first).update(last=frozen.sequence)
    opened = log.append(
        kind=shards.OPENED,
        subject=f"log:{name}",
        body={"origin": origin, "predecessor": old.origin, "size": size, "root": root.hex()},
        by=by,
        now=now,
    )
    return Shard.objects.create(first=opened.sequence, name=name, origin=origin)


def _root(files: TileFiles, shard: Shard, last: int) -> bytes:
    """The root of the tree up to record ``last``, from what is signed and from the stored bytes of the few that are not."""
    signed = last_signed(shard)
    sequencing.grown(files, shard, signed, signed.size)  # the tiles are there, and lead to the signed root
    frontier = Frontier.over(signed.size, TileTree(signed.size, files.read).subtree)
    for entry in stored.entries(shard.before + signed.size, last):
        frontier.add(stored.leaf_again(entry))
    return frontier.root()


def _next_name(old: Shard, now: datetime) -> str:
    """The year, never an older one than the last shard's; a number behind it where that year has a shard."""
    year = max(now.astimezone(UTC).year, old.year)
    of_year = Shard.objects.filter(name__startswith=f"{year}").count()
    return f"{year}-{of_year + 1}" if of_year else f"{year}"
