"""The keys of this site's receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from consent.receipts.signing_key import SigningKey, key_set

if TYPE_CHECKING:
    from accounts.records.canonical import JSON


def signing_keys() -> list[SigningKey]:
    """The keys, newest first: the first signs, receipts under any of them are ours."""
    return [SigningKey.read(text) for text in settings.KEYS.receipt_signing_keys]


def published() -> dict[str, JSON]:
    """The public halves of all of them, as a JWK Set (RFC 7517)."""
    return key_set(signing_keys())
