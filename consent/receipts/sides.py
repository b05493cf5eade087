"""For whom a receipt is, and what the receipts call the people in it. Pure."""

from __future__ import annotations

import hmac
from enum import StrEnum
from hashlib import sha256

PSEUDONYM_DIGITS = 32


class Side(StrEnum):
    """Who gets the receipt: the person who granted, or the one whom they granted to."""

    PERSON = "person"
    GRANTEE = "grantee"


def pseudonym(key: bytes, role: str, person: str, grantee: str) -> str:
    """Return 32 hex digits that stand for ``person`` towards ``grantee`` alone. Both are producer ids.

    HMAC-SHA-256 (RFC 2104) under ``key``: another ``role``, another grantee, another name, and none leads back to the person.
    """
    text = f"{role}:{person}:{grantee}"
    return hmac.new(key, text.encode(), sha256).hexdigest()[:PSEUDONYM_DIGITS]
