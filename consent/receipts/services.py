"""Making receipts: one for the person and one for the grantee, in the transaction of the change."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from accounts.records import log
from consent.grants.evidence import proof_of
from consent.receipts import collecting, jws
from consent.receipts.document import write_document
from consent.receipts.keys import signing_keys
from consent.receipts.models import Receipt
from consent.receipts.sides import Side
from consent.scope import Proof

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from consent.grants.models import Grant


logger = logging.getLogger(__name__)


def on_change(sender: object, *, grant: Grant, now: datetime, **kwargs: Any) -> None:
    """Hear that a grant was given or changed, and make its receipts."""
    try:
        issue(grant, now=now)
    except (ValueError, TypeError, LookupError) as error:
        # Of a damaged row no receipt can be made, and no end of a consent waits for one.
        logger.error("no receipt of %s could be made: %s", grant, type(error).__name__)


def issue(grant: Grant, *, now: datetime) -> list[Receipt]:
    """Make both receipts of ``grant`` as it is now. Call it in the transaction of the change; a second call changes nothing.

    None is made of a grant that nobody gave, one without evidence that fits: it may be ended, but this site signs nothing of it.
    """
    standing = receipts_of(grant)
    if any(each.version == grant.version for each in standing) or proof_of(grant) is Proof.CLAIMED:
        return standing
    made = collecting.making(grant, now)
    last = {each.side: each for each in standing}
    written = [_written(made, side, last.get(side.value)) for side in Side]
    return [_issue(made, *each) for each in written]


def receipts_of(grant: Grant) -> list[Receipt]:
    """The newest receipt of each side, the person's first; none for a grant from before there were receipts."""
    newest = {each.side: each for each in Receipt.objects.filter(grant=grant).order_by("version")}
    return [newest[side.value] for side in (Side.PERSON, Side.GRANTEE) if side.value in newest]


def _written(
    made: collecting.Making, side: Side, previous: Receipt | None
) -> tuple[Side, UUID, Mapping[str, JSON]]:
    """What the receipt of one side says. Both are written before one is stored."""
    reference = uuid4()
    return (
        side,
        reference,
        write_document(collecting.facts(made, side, reference=reference, previous=previous)),
    )


def _issue(made: collecting.Making, side: Side, reference: UUID, document: Mapping[str, JSON]) -> Receipt:
    receipt = Receipt.objects.create(
        reference=reference,
        grant=made.grant,
        side=side,
        version=made.grant.version,
        issued_at=made.now,
        jws=jws.sign(document, signing_keys()[0]),
        sha256=jws.digest(document),
    )
    _record(receipt, made.now)
    return receipt


def _record(receipt: Receipt, now: datetime) -> None:
    """Write into the log what was handed out, so that one that was made past it can be told."""
    body: dict[str, JSON] = {"side": receipt.side, "version": receipt.version, "sha256": receipt.sha256}
    log.append(kind="receipt.issued", subject=receipt.log_subject, body=body, by=None, person=None, now=now)
