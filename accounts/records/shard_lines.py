"""The shards of the log as pages show them: how far each is signed, who stands behind it, and whether it is as it was signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from accounts.records import signing, stamping, stored
from accounts.records.checkpoint import CheckpointInvalid
from accounts.records.halting import Mismatch
from accounts.records.models import Checkpoint, Halt, Shard, Stamp
from accounts.records.queries import valid_witnesses
from accounts.records.sequencing import log_files
from accounts.records.shards import all_shards, checkpoints
from accounts.records.tiles import TileInvalid, TileTree
from accounts.records.verify import Findings
from accounts.records.verify_links import check_links


@dataclass(frozen=True)
class ShardLine:
    """One shard. ``size`` records are under its newest checkpoint, which has ``root`` (hexadecimal); ``signed`` of ``of`` witnesses signed it.

    ``is_doubtful``: its rows, its checkpoint, the root of its tiles or what the next one says of it do not fit. Every byte is read by
    ``records verify`` alone.
    """

    name: str
    origin: str
    folder: str
    first: int
    size: int
    root: str
    is_frozen: bool
    signed: int
    of: int
    is_witnessed: bool
    stamped_at: datetime | None
    is_doubtful: bool


def shard_lines() -> list[ShardLine]:
    """All shards, the one that grows first; none before the first checkpoint."""
    findings = Findings()
    try:
        shards = [each for each in all_shards(timezone.now()) if not each._state.adding]
    except Mismatch:
        return []  # said by ``records verify``, and by the halt
    if shards:
        check_links(findings, shards)
    doubtful = {finding.sequence for finding in findings.told}
    halted = set(Halt.objects.values_list("id", flat=True))
    return [
        _line(shard, is_doubtful=shard.first in halted or any(_lies_in(each, shard) for each in doubtful))
        for shard in reversed(shards)
    ]


def _lies_in(sequence: int, shard: Shard) -> bool:
    return sequence >= shard.first and (shard.last is None or sequence <= shard.last)


def _line(shard: Shard, *, is_doubtful: bool) -> ShardLine:
    newest = checkpoints(shard).order_by("-size").first()
    signed = len(valid_witnesses(newest)) if newest else 0
    of, needed = (settings.ENVIRONMENT[f"YINJI_{name}"] for name in ("WITNESSES", "WITNESS_QUORUM"))
    return ShardLine(
        name=shard.name,
        origin=shard.origin,
        folder=shard.folder,
        first=shard.first,
        size=newest.size - shard.before if newest else 0,
        root=stored.octets(newest.root).hex() if newest else "",
        is_frozen=shard.last is not None,
        signed=signed,
        of=len(of),
        is_witnessed=bool(of) and signed >= needed,
        stamped_at=_stamped_at(newest) if newest else None,
        is_doubtful=is_doubtful or not (newest and _fits(shard, newest)),
    )


def _fits(shard: Shard, checkpoint: Checkpoint) -> bool:
    """Whether the log signed it and the tiles lead to its root."""
    try:
        head = signing.read_own(checkpoint, shard)
        return TileTree(head.size, log_files().below(shard.folder).read).root() == head.root
    except (CheckpointInvalid, OSError, TileInvalid):
        return False


def _stamped_at(checkpoint: Checkpoint) -> datetime | None:
    stamp = Stamp.objects.filter(checkpoint=checkpoint).first()
    try:
        return stamping.checked(bytes(stamp.reply), checkpoint) if stamp else None
    except stamping.Unstamped:
        return None
