"""Whether somebody's receipt is one of ours, and what became of the consent. Nothing that is sent here is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.records.models import Record
from accounts.refusals import Refusal
from consent.receipts import keys, verify_offline
from consent.receipts.document import missing_fields
from consent.receipts.models import Receipt
from consent.receipts.queries import emptied
from consent.receipts.signing_key import is_signed
from consent.receipts.verify_offline import LARGEST as LARGEST
from consent.scope import GrantState

VALID = "valid"
NOT_ON_RECORD = "not_on_record"
"""Signed with a key of this site, which does not know that it ever issued it."""
_ENDED = {
    GrantState.EXPIRED,
    GrantState.WITHDRAWN,
    GrantState.REVOKED,
    GrantState.INVALIDATED,
    GrantState.SUPERSEDED,
}


class Standing(StrEnum):
    """What became of a consent, as far as anybody is told who holds a receipt of it."""

    IN_FORCE = "in_force"
    RESTING = "resting"
    USED_UP = "used_up"
    ENDED = "ended"


@dataclass(frozen=True)
class Checked:
    """``code``: as :mod:`consent.receipts.verify_offline` has them, or *not_on_record*; ``document`` is empty unless it is valid.

    ``standing`` now, since ``ended_at`` where it is over; ``is_newest``: whether no later receipt tells of a change;
    ``is_in_log``: whether the record log still holds the entry that it names, after the same entries; ``missing``: mandatory fields that it lacks.
    """

    code: str
    sha256: str
    document: Mapping[str, Any] = field(default_factory=dict)
    standing: Standing | None = None
    ended_at: datetime | None = None
    is_newest: bool = True
    is_in_log: bool = True
    missing: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether this site issued it, to the last byte."""
        return self.code == VALID


def check(data: bytes, *, now: datetime | None = None) -> Checked:
    """Check a receipt: the JSON file, the PDF, or the signed text. Refused with ``no_receipt`` (422) where it is none of them."""
    try:
        outcome = verify_offline.check(data, _published(), is_signed)
    except verify_offline.Unreadable as error:
        sentence = _(
            "This is no receipt of a consent, or it was damaged. Expected is the JSON file, the PDF, or the signed text."
        )
        raise Refusal("no_receipt", sentence, status=422) from error
    if outcome.code != VALID:
        return Checked(outcome.code, outcome.sha256)
    receipt = _issued(outcome.sha256)
    if receipt is None:
        return Checked(NOT_ON_RECORD, outcome.sha256)
    return _described(receipt, outcome.document, now or timezone.now())


def look_up(sha256: str, *, now: datetime | None = None) -> Checked | None:
    """Return the receipt of this hash, which whoever holds it can read off it; None where this site issued none.

    Refused with ``receipt_emptied`` (410) once its time is over: the copy itself can still be checked.
    """
    receipt = _issued(sha256)
    if receipt is None:
        return None
    if receipt.emptied_at is not None:
        raise emptied(receipt)
    try:
        stored = verify_offline.check(receipt.jws.encode(), _published(), is_signed)
    except verify_offline.Unreadable:
        return None
    is_it = stored.code == VALID and stored.sha256 == sha256
    return _described(receipt, stored.document, now or timezone.now()) if is_it else None


def _issued(sha256: str) -> Receipt | None:
    return Receipt.objects.select_related("grant").filter(sha256=sha256).first()


def _described(receipt: Receipt, document: Mapping[str, Any], now: datetime) -> Checked:
    standing, ended_at = _standing(receipt, now)
    later = Receipt.objects.filter(grant=receipt.grant, side=receipt.side, version__gt=receipt.version)
    return Checked(
        code=VALID,
        sha256=receipt.sha256,
        document=document,
        standing=standing,
        ended_at=ended_at,
        is_newest=not later.exists(),
        is_in_log=_is_in_log(document["log"]),
        missing=missing_fields(document),
    )


def _is_in_log(stated: Mapping[str, Any]) -> bool:
    """Whether the log is still the one of that day: its chain hash vouches for every entry up to there."""
    record = Record.objects.filter(sequence=stated.get("sequence", 0)).first()
    if record is None:
        return "sequence" not in stated
    hashes = (bytes(record.leaf_hash).hex(), bytes(record.chain_hash).hex())
    return hashes == (stated["leaf_sha256"], stated["chain_sha256"])


def _published() -> dict[str, dict[str, Any]]:
    return verify_offline.keys_of(keys.published())


def _standing(receipt: Receipt, now: datetime) -> tuple[Standing, datetime | None]:
    grant, state = receipt.grant, GrantState(receipt.grant.state)
    if state in _ENDED:
        return Standing.ENDED, grant.ended_at
    if grant.ends_at <= now:
        return Standing.ENDED, grant.ends_at
    if state is GrantState.EXHAUSTED:
        return Standing.USED_UP, None
    return (Standing.IN_FORCE if state is GrantState.ACTIVE else Standing.RESTING), None
