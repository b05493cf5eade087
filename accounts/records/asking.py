"""Asking witnesses to sign the newest checkpoint (C2SP tlog-witness, ``add-checkpoint``)."""

from __future__ import annotations

import http.client
import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.records import halting, shards, signing
from accounts.records.checkpoint import encode
from accounts.records.halting import WITNESS, Mismatch
from accounts.records.merkle import consistency_proof
from accounts.records.models import Checkpoint, Cosignature, Halt, Record, Shard
from accounts.records.note import Note, NoteInvalid
from accounts.records.sequencing import log_files
from accounts.records.tiles import TileInvalid, TileTree
from accounts.records.witnesses import Witness

logger = logging.getLogger(__name__)

TIMEOUT = 5.0
PAUSE = 60
"""Seconds that a witness which did not answer is left alone."""
LARGEST_ANSWER = 16 * 1024
GIVEN_UP_AFTER = timedelta(days=30)
_OK, _UNKNOWN, _CONFLICT, _UNPROVED = 200, 404, 409, 422
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


class Unanswered(Exception):
    """A witness that could not be reached, or that answered with something else than a signature."""


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes


def ask_all(*, now: datetime | None = None) -> None:
    """Ask every witness that has not signed the newest checkpoint yet. Safe to run twice and late.

    A witness that has seen another log than this one stops the signing, and is told to the operator.
    """
    for shard in _shards(now or timezone.now()):
        newest = shards.checkpoints(shard).order_by("-size").first()
        if newest is not None:
            _ask_about(shard, newest)


def _shards(now: datetime) -> list[Shard]:
    """The shard that grows, and behind it those whose last tree is new: they are given up where nobody signed it for a month.

    One that a witness doubts is never given up: only asking ends the doubt.
    """
    fresh = Record.objects.filter(sequence=OuterRef("last"), at__gt=now - GIVEN_UP_AFTER)
    doubted = Halt.objects.filter(id=OuterRef("first"), code=WITNESS)
    wanted = Q(last__isnull=True) | Exists(fresh) | Exists(doubted)
    return list(Shard.objects.filter(wanted).order_by("-first"))


def _ask_about(shard: Shard, newest: Checkpoint) -> None:
    waiting = _waiting(shard, newest)
    mismatches = [found for witness in waiting if (found := _ask(witness, shard, newest))]
    if mismatches:
        halting.halt(mismatches[0], shard)
    elif not any(cache.get(_pause_key(each, shard)) for each in _witnesses()):
        halting.end(shard, of_witnesses=True)


def _waiting(shard: Shard, newest: Checkpoint) -> list[Witness]:
    """Whom to ask: who has not signed and did not fail a moment ago. While there is doubt everybody is asked again."""
    signed = set(Cosignature.objects.filter(checkpoint=newest).values_list("witness", flat=True))
    done = set() if halting.witness_halt(shard) else signed
    return [each for each in _witnesses() if each.name not in done and not cache.get(_pause_key(each, shard))]


def _ask(witness: Witness, shard: Shard, newest: Checkpoint) -> Mismatch | None:
    try:
        cosign(witness, shard, newest)
    except Mismatch as mismatch:
        return mismatch
    except Unanswered as reason:
        logger.warning("%s did not witness %s: %s", witness.name, shard, reason)
        cache.set(_pause_key(witness, shard), True, PAUSE)
    return None


def cosign(witness: Witness, shard: Shard, checkpoint: Checkpoint) -> None:
    """Have ``witness`` sign ``checkpoint``, which is one of ``shard``, and keep its signature.

    Raises :class:`Unanswered`, and :class:`~accounts.records.halting.Mismatch` where it has seen another log.
    """
    given = Cosignature.objects.filter(witness=witness.name, checkpoint__in=shards.checkpoints(shard))
    last = given.order_by("-checkpoint_id").first()
    old, size = last.checkpoint_id - shard.before if last else 0, checkpoint.size - shard.before
    answer = _post(witness, _request(old, shard, checkpoint))
    if answer.status == _CONFLICT and (known := _size(answer)) != old:
        if known > size:
            raise _mismatch(witness, checkpoint.size + 1, f"it has seen {known} records")
        answer = _post(witness, _request(known, shard, checkpoint))
    if answer.status in {_CONFLICT, _UNPROVED}:
        raise _mismatch(witness, shard.before + min(old + 1, size), "it has seen another tree")
    if answer.status == _UNKNOWN:
        raise Unanswered(f"it does not know this tree, whose key is {signing.log_keys(shard.origin)[0]}")
    if answer.status != _OK:
        raise Unanswered(f"status {answer.status}")
    _keep(witness, checkpoint, answer.body)


def _request(old: int, shard: Shard, checkpoint: Checkpoint) -> bytes:
    size = checkpoint.size - shard.before
    tree = TileTree(size, log_files().below(shard.folder).read)
    try:
        proof = consistency_proof(old, size, tree.subtree)
    except (OSError, TileInvalid) as error:
        raise Unanswered(f"no proof can be made: {error}") from error
    lines = "".join(f"{encode(each)}\n" for each in proof)
    return f"old {old}\n{lines}\n{checkpoint.note}".encode()


def _post(witness: Witness, body: bytes) -> _Answer:
    parts = urlsplit(witness.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        connection.request("POST", f"{parts.path}/add-checkpoint", body, {"Content-Type": "text/plain"})
        response = connection.getresponse()
        return _Answer(response.status, response.read(LARGEST_ANSWER))
    except (OSError, http.client.HTTPException) as error:
        raise Unanswered(str(error) or type(error).__name__) from error
    finally:
        connection.close()


def _size(answer: _Answer) -> int:
    found = _SIZE.fullmatch(answer.body)
    if not found:
        raise Unanswered("a conflict without the size that it knows")
    return int(found[1])


def _mismatch(witness: Witness, sequence: int, what: str) -> Mismatch:
    return Mismatch(WITNESS, sequence, f"{witness.name} does not sign: {what}.")


def _keep(witness: Witness, checkpoint: Checkpoint, lines: bytes) -> None:
    try:
        note = Note.parse(checkpoint.note.encode() + lines)
        if not note.verified_by([witness.key]):
            raise Unanswered("an answer without its signature")
    except NoteInvalid as error:
        raise Unanswered(str(error)) from error
    signature = next(each for each in note.signatures if witness.key.has_signed(each))
    at = datetime.fromtimestamp(signature.cosigned_at, UTC)
    try:
        with transaction.atomic():
            Cosignature.objects.create(
                checkpoint=checkpoint, witness=witness.name, line=str(signature), at=at
            )
    except IntegrityError:
        return  # another process asked at the same time


def _witnesses() -> tuple[Witness, ...]:
    found: tuple[Witness, ...] = settings.ENVIRONMENT["YINJI_WITNESSES"]
    return found


def _pause_key(witness: Witness, shard: Shard) -> str:
    return f"witness-pause:{shard.first}:{witness.key.key_id.hex()}:{witness.name}"[:200]
