"""Stopping to sign, where the log is not what it was signed as."""

from __future__ import annotations

import logging

from django.utils import timezone

from accounts.records.models import Halt

logger = logging.getLogger(__name__)

WITNESS = "witness"
"""The code of a halt that a witness caused, which only witnesses end."""


class Mismatch(Exception):
    """The log is not what was signed. ``sequence`` is the first record that is known to be affected."""

    def __init__(self, code: str, sequence: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sequence, self.sentence = code, sequence, sentence


def halt(mismatch: Mismatch, shard: int = 1) -> None:
    """Note why nothing is signed any more of the shard that begins at record ``shard``, and tell the operator's log once for each reason."""
    facts = {"code": mismatch.code, "sequence": mismatch.sequence, "sentence": mismatch.sentence}
    if Halt.objects.filter(id=shard, **facts).exists():
        return
    Halt.objects.update_or_create(id=shard, defaults={**facts, "at": timezone.now()})
    logger.critical(
        "The log is no longer signed. Record %d: %s [%s]", mismatch.sequence, mismatch.sentence, mismatch.code
    )


def end(shard: int = 1, *, of_witnesses: bool) -> None:
    """Forget a halt of a shard whose reason is gone: one that witnesses caused, or one of any other kind."""
    halts = Halt.objects.filter(id=shard)
    found = halts.filter(code=WITNESS) if of_witnesses else halts.exclude(code=WITNESS)
    if found.exists():
        found.delete()
        logger.warning("The log is signed again.")


def witness_halt(shard: int = 1) -> Halt | None:
    """The halt of a shard that a witness caused, if there is one."""
    return Halt.objects.filter(id=shard, code=WITNESS).first()
