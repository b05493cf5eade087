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

    ``through`` names the later shard whose witnesses stand behind it, where not enough signed this one. ``doubtful_from`` is the first record from
    which its rows, its checkpoint, its tiles or what the next one says of it do not fit, or did not when they were hashed last; 0 where all is well.
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
    through: str
    stamped_at: datetime | None
    doubtful_from: int

    @property
    def is_doubtful(self) -> bool:
        """Whether it is not as it was signed."""
        return self.doubtful_from > 0


def shard_lines() -> list[ShardLine]:
    """All shards, the one that grows first; none before the first checkpoint."""
    findings = Findings()
    try:
        shards = [each for each in all_shards(timezone.now()) if not each._state.adding]
    except Mismatch:
        return []  # said by ``records verify``, and by the halt
    if shards:
        check_links(findings, shards)
    halted = dict(Halt.objects.values_list("id", "sequence"))
    lines, through = [], ""
    for shard in reversed(shards):
        doubts = [finding.sequence for finding in findings.told if _lies_in(finding.sequence, shard)]
        doubts += [halted[shard.first]] if shard.first in halted else []
        line = _line(shard, doubts, through)
        lines.append(line)
        through = "" if line.is_doubtful else (line.through or (line.name if line.is_witnessed else ""))
    return lines


def _lies_in(sequence: int, shard: Shard) -> bool:
    return sequence >= shard.first and (shard.last is None or sequence <= shard.last)


def _line(shard: Shard, doubts: list[int], through: str) -> ShardLine:
    newest = checkpoints(shard).order_by("-size").first()
    signed = len(valid_witnesses(newest)) if newest else 0
    of, needed = (settings.ENVIRONMENT[f"YINJI_{name}"] for name in ("WITNESSES", "WITNESS_QUORUM"))
    if not (doubts or (newest and _fits(shard, newest))):
        doubts = [shard.first]
    is_enough = bool(of) and signed >= needed
    through = "" if is_enough or doubts else through
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
        is_witnessed=is_enough or bool(through),
        through=through,
        stamped_at=_stamped_at(newest) if newest else None,
        doubtful_from=min(doubts, default=0),
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
