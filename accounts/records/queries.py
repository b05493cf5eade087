"""Reading the log and what was signed over it. Never the bodies: those belong to the people they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from accounts.records.canonical import NotCanonical, parse
from accounts.records.models import Checkpoint, Cosignature, Halt, Record, Shard
from accounts.records.note import Note, NoteInvalid
from accounts.records.shards import checkpoints
from accounts.records.stamping import Stamped, stamped

SHORT_HASH_DIGITS = 12
LATE_AFTER = timedelta(minutes=2)
"""A record that waited longer for its checkpoint is told of: some worker should have signed long before."""


@dataclass(frozen=True)
class Line:
    """One record as the page shows it. ``actor`` is a producer id, ``system``, or empty where unreadable."""

    sequence: int
    kind: str
    subject: str
    actor: str
    at: datetime
    short_hash: str


@dataclass(frozen=True)
class Witnessed:
    """What stands behind the log: the newest checkpoint of the shard that grows that enough witnesses signed, else the newest one.

    ``size`` records are covered, ``signed`` of ``of`` witnesses signed, ``needed`` must; ``stamped``: the newest time stamp. Zeros where nothing is signed.
    ``shard`` grows; while it is not witnessed, ``frozen`` says how many records in shards before it are.
    """

    size: int
    signed: int
    of: int
    needed: int
    halt: Halt | None = None
    stamped: Stamped | None = None
    shard: str = ""
    frozen: int = 0

    @property
    def is_enough(self) -> bool:
        """Whether the log is called witnessed."""
        return self.of > 0 and self.signed >= self.needed


def witnessed() -> Witnessed:
    """Which checkpoint stands for the log, and who signed it; signatures are checked again, whatever is stored."""
    needed = settings.ENVIRONMENT["YINJI_WITNESS_QUORUM"]
    names = [each.name for each in settings.ENVIRONMENT["YINJI_WITNESSES"]]
    grows = Shard.objects.filter(last__isnull=True).first()
    begin, shard = (grows.first, grows.origin) if grows else (1, "")
    told = Checkpoint.objects.annotate(
        signed=Count("cosignatures", filter=Q(cosignatures__witness__in=names))
    ).order_by("-size")
    enough = told.filter(signed__gte=needed) if names else told.none()
    best = enough.filter(size__gte=begin).first() or told.first()
    size, signed = (best.size, _count(best) if best.size >= begin else 0) if best else (0, 0)
    last = enough.filter(size__lt=begin).first() if signed < needed else None
    frozen = last.size if last and _count(last) >= needed else 0
    return Witnessed(size, signed, len(names), needed, _halts().first(), stamped(), shard, frozen)


def _count(checkpoint: Checkpoint) -> int:
    return len(valid_witnesses(checkpoint))


def valid_witnesses(checkpoint: Checkpoint) -> list[str]:
    """The names of those configured witnesses whose stored signature over ``checkpoint`` verifies."""
    found = []
    for witness in settings.ENVIRONMENT["YINJI_WITNESSES"]:
        try:
            found += [
                key.name for key in Note.parse(with_cosignatures(checkpoint)).verified_by([witness.key])
            ]
        except NoteInvalid:
            continue
    return found


def held_by_witnesses(found: Sequence[Shard]) -> int:
    """The number of the last record that enough witnesses hold, in the shards ``found`` in their order; 0 where they hold none.

    A witness signs the first tree that it is shown of a shard. What it signed of a later one binds the log to what is before only where the whole
    tree of each earlier shard is signed as well: else a forged end could be frozen, and the next shard begun behind it.
    """
    held = 0
    for shard in found:
        held = _newest_held(shard) or held
        if held != shard.last:
            break
    return held


def _newest_held(shard: Shard) -> int:
    needed = settings.ENVIRONMENT["YINJI_WITNESS_QUORUM"]
    names = [each.name for each in settings.ENVIRONMENT["YINJI_WITNESSES"]]
    signed = checkpoints(shard).filter(cosignatures__witness__in=names).distinct().order_by("-size")
    return next((each.size for each in signed.iterator() if len(valid_witnesses(each)) >= needed), 0)


def published_checkpoint(name: str = "") -> str | None:
    """The newest checkpoint of a shard with its witnesses' signatures; None before the first. No name: the first shard, which has the log's."""
    chosen = Shard.objects.filter(name=name) if name else Shard.objects.filter(first=1)
    shard = chosen.first()
    newest = checkpoints(shard).order_by("-size").first() if shard and shard.folder == name else None
    return with_cosignatures(newest) if newest else None


def with_cosignatures(checkpoint: Checkpoint) -> str:
    """A signed checkpoint with the witnesses' lines behind the log's."""
    lines = (
        Cosignature.objects.filter(checkpoint=checkpoint).order_by("witness").values_list("line", flat=True)
    )
    return checkpoint.note + "".join(lines)


def _halts() -> QuerySet[Halt]:
    """Those that stop the signing. A frozen shard in doubt stops nothing."""
    return Halt.objects.exclude(id__in=Shard.objects.filter(last__isnull=False).values("first"))


def is_signed(now: datetime) -> bool:
    """Whether the log is being signed: nothing stopped it, and no record waits for longer than two minutes."""
    last = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    late = Record.objects.filter(sequence__gt=last, at__lt=now - LATE_AFTER)
    return not (_halts().exists() or late.exists())


def records(*, subject: str = "") -> QuerySet[Record]:
    """Records, newest first; of one subject alone where it is given (``work:8Z0K3…``)."""
    found = Record.objects.order_by("-sequence")
    return found.filter(subject=subject) if subject else found


def line(record: Record) -> Line:
    """What of ``record`` the page shows."""
    return Line(
        sequence=record.sequence,
        kind=record.kind,
        subject=record.subject,
        actor=_actor(bytes(record.entry)),
        at=record.at,
        short_hash=bytes(record.chain_hash).hex()[:SHORT_HASH_DIGITS],
    )


def _actor(entry: bytes) -> str:
    """Who acted. A page of an altered log must still open: to say what is wrong is verify's task."""
    try:
        members = parse(entry)
    except NotCanonical:
        return ""
    return str(members.get("actor", "")) if isinstance(members, dict) else ""
