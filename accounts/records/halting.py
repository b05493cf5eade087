"""Stopping to sign a shard, where it is not what it was signed as; and saying so of one that is frozen."""

from __future__ import annotations

import logging

from django.db.models import QuerySet
from django.utils import timezone

from accounts.records.models import Halt, Shard

logger = logging.getLogger(__name__)

WITNESS = "witness"
"""The code of a halt that a witness caused, which only witnesses end."""


class Mismatch(Exception):
    """The log is not what was signed. ``sequence`` is the first record that is known to be affected."""

    def __init__(self, code: str, sequence: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sequence, self.sentence = code, sequence, sentence


def halt(mismatch: Mismatch, shard: Shard) -> None:
    """Note why a shard is in doubt, and tell the operator's log once for each reason: nothing more is signed of it."""
    facts = {"code": mismatch.code, "sequence": mismatch.sequence, "sentence": mismatch.sentence}
    if Halt.objects.filter(id=shard.first, **facts).exists():
        return
    Halt.objects.update_or_create(id=shard.first, defaults={**facts, "at": timezone.now()})
    told = f"Record {mismatch.sequence}: {mismatch.sentence} [{mismatch.code}]"
    if shard.last is None:
        logger.critical("The log is no longer signed. %s", told)
    else:
        logger.critical("The frozen shard %s is in doubt; the one that grows is signed on. %s", shard, told)


def end(shard: Shard, *, of_witnesses: bool) -> None:
    """Forget a halt of a shard whose reason is gone: one that witnesses caused, or one of any other kind."""
    found = Halt.objects.filter(id=shard.first, code=WITNESS) if of_witnesses else own_halts(shard)
    if not found.exists():
        return
    found.delete()
    if shard.last is None:
        logger.warning("The log is signed again.")
    else:
        logger.warning("The frozen shard %s is in doubt no more.", shard)


def own_halts(shard: Shard) -> QuerySet[Halt]:
    """The halt of a shard that this site found itself, if there is one."""
    return Halt.objects.filter(id=shard.first).exclude(code=WITNESS)


def witness_halt(shard: Shard) -> Halt | None:
    """The halt of a shard that a witness caused, if there is one."""
    return Halt.objects.filter(id=shard.first, code=WITNESS).first()
