"""Asking witnesses to sign the newest checkpoint (C2SP tlog-witness, ``add-checkpoint``)."""

from __future__ import annotations

import http.client
import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction

from accounts.records import halting
from accounts.records.checkpoint import encode
from accounts.records.halting import WITNESS, Mismatch
from accounts.records.merkle import consistency_proof
from accounts.records.models import Checkpoint, Cosignature
from accounts.records.note import Note, NoteInvalid
from accounts.records.sequencing import log_files
from accounts.records.tiles import TileInvalid, TileTree
from accounts.records.witnesses import Witness

logger = logging.getLogger(__name__)

TIMEOUT = 5.0
PAUSE = 60
"""Seconds that a witness which did not answer is left alone."""
LARGEST_ANSWER = 16 * 1024
_OK, _CONFLICT, _UNPROVED = 200, 409, 422
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


class Unanswered(Exception):
    """A witness that could not be reached, or that answered with something else than a signature."""


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes


def ask_all() -> None:
    """Ask every witness that has not signed the newest checkpoint yet. Safe to run twice and late.

    A witness that has seen another log than this one stops the signing, and is told to the operator.
    """
    newest = Checkpoint.objects.order_by("-size").first()
    mismatches = [found for witness in _waiting(newest) if newest and (found := _ask(witness, newest))]
    if mismatches:
        halting.halt(mismatches[0])
    elif not _paused():
        halting.end(of_witnesses=True)


def _waiting(newest: Checkpoint | None) -> list[Witness]:
    """Whom to ask: who has not signed and did not fail a moment ago. While there is doubt everybody is asked again."""
    if newest is None:
        return []
    signed = set(Cosignature.objects.filter(checkpoint=newest).values_list("witness", flat=True))
    done = set() if halting.witness_halt() else signed
    return [each for each in _witnesses() if each.name not in done and not cache.get(_pause_key(each))]


def _ask(witness: Witness, newest: Checkpoint) -> Mismatch | None:
    try:
        cosign(witness, newest)
    except Mismatch as mismatch:
        return mismatch
    except Unanswered as reason:
        logger.warning("%s did not witness the log: %s", witness.name, reason)
        cache.set(_pause_key(witness), True, PAUSE)
    return None


def cosign(witness: Witness, checkpoint: Checkpoint) -> None:
    """Have ``witness`` sign ``checkpoint`` and keep its signature.

    Raises :class:`Unanswered`, and :class:`~accounts.records.halting.Mismatch` where it has seen another log.
    """
    last = Cosignature.objects.filter(witness=witness.name).order_by("-checkpoint_id").first()
    old = last.checkpoint_id if last else 0
    answer = _post(witness, _request(old, checkpoint))
    if answer.status == _CONFLICT and (known := _size(answer)) != old:
        if known > checkpoint.size:
            raise _mismatch(witness, checkpoint.size + 1, f"it has seen {known} records")
        answer = _post(witness, _request(known, checkpoint))
    if answer.status in {_CONFLICT, _UNPROVED}:
        raise _mismatch(witness, min(old + 1, checkpoint.size), "it has seen another tree")
    if answer.status != _OK:
        raise Unanswered(f"status {answer.status}")
    _keep(witness, checkpoint, answer.body)


def _request(old: int, checkpoint: Checkpoint) -> bytes:
    tree = TileTree(checkpoint.size, log_files().read)
    try:
        proof = consistency_proof(old, checkpoint.size, tree.subtree)
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


def _paused() -> bool:
    return any(cache.get(_pause_key(each)) for each in _witnesses())


def _pause_key(witness: Witness) -> str:
    return f"witness-pause:{witness.key.key_id.hex()}:{witness.name}"[:200]
