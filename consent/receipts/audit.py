"""Whether every receipt is the one that was handed out: held against the log, which keeps its hash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from accounts.records import deep
from accounts.records.canonical import JSON
from accounts.records.deep import Mismatch
from consent.receipts import keys, verify_offline
from consent.receipts.models import Receipt
from consent.receipts.signing_key import is_signed

_ISSUED = "receipt.issued"


def mismatches() -> Iterator[Mismatch]:
    """Every receipt that was changed, added or taken away past this site."""
    missing = deep.subjects_of(_ISSUED)
    published = verify_offline.keys_of(keys.published())
    for receipts in deep.pages(Receipt.objects.all()):
        subjects = [receipt.log_subject for receipt in receipts]
        missing.difference_update(subjects)
        issued = {each.subject: deep.opened(each) for each in deep.records_of(_ISSUED, about=subjects)}
        for receipt in receipts:
            if receipt.log_subject not in issued:
                yield Mismatch(
                    receipt.log_subject, "receipt_unrecorded", "No record tells that it was issued."
                )
            elif not is_as_issued(receipt, issued[receipt.log_subject], published):
                yield Mismatch(receipt.log_subject, "receipt_changed", "It is not the one that was issued.")
    for subject in sorted(missing):
        yield Mismatch(subject, "receipt_missing", "The log tells of a receipt that is not there.")


def is_as_issued(receipt: Receipt, told: Mapping[str, JSON] | None, published: dict[str, Any]) -> bool:
    """``told``: the record of it; of one that was erased or emptied only the signature is left to hold it against.

    Of an emptied row only the record of its issue is left; that it was emptied by rights :mod:`accounts.retention.audit` asks.
    """
    row = {"side": receipt.side, "version": receipt.version, "sha256": receipt.sha256}
    is_told = told is None or row == {name: told.get(name) for name in row}
    return is_told and (receipt.emptied_at is not None or _is_signed(receipt, published))


def _is_signed(receipt: Receipt, published: dict[str, Any]) -> bool:
    """Whether its signed text is whole, and of this grant."""
    try:
        stored = verify_offline.check(receipt.jws.encode(), published, is_signed)
    except verify_offline.Unreadable:
        return False
    header = stored.document.get("header")
    record = header.get("record_id") if isinstance(header, Mapping) else None
    return (stored.code, stored.sha256, record) == ("valid", receipt.sha256, str(receipt.grant_id))
