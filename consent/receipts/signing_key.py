"""Keys that receipts are signed with: Ed25519 (RFC 8032), as the key file keeps them and as anybody may have them. Pure."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from accounts.records.canonical import canonical
from consent.receipts.verify_offline import P

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

ALGORITHM = "EdDSA"
"""Of RFC 8037 section 3.1."""
SECRET_BYTES = 32


@dataclass(frozen=True)
class SigningKey:
    """The 32 secret bytes, and the day (UTC) from which they sign; None where nobody wrote it down."""

    secret: bytes = field(repr=False)
    since: date | None

    @classmethod
    def new(cls) -> Self:
        """Return a random key, in use from today."""
        return cls(secrets.token_bytes(SECRET_BYTES), datetime.now(UTC).date())

    @classmethod
    def read(cls, text: str) -> Self:
        """Read 64 hex digits and, behind a space, a date such as 2026-01-31. Raises ``ValueError`` for anything else."""
        digits, _, since = text.partition(" ")
        secret = bytes.fromhex(digits)
        if len(secret) != SECRET_BYTES or len(digits) != 2 * SECRET_BYTES:
            raise ValueError(
                f"expected {2 * SECRET_BYTES} hexadecimal digits, found {len(digits)} characters"
            )
        return cls(secret, date.fromisoformat(since) if since else None)

    def write(self) -> str:
        """Return the text that ``read`` takes."""
        return f"{self.secret.hex()} {self.since}" if self.since else self.secret.hex()

    @property
    def public(self) -> bytes:
        """The 32 bytes that signatures are checked with."""
        return Ed25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw()

    @property
    def kid(self) -> str:
        """Its name: the thumbprint of RFC 7638 with SHA-256, as RFC 8037 Appendix A.3 makes it. 43 characters."""
        return base64url(sha256(canonical(_required_members(self.public))).digest())

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature (RFC 8032 section 5.1.6)."""
        return Ed25519PrivateKey.from_private_bytes(self.secret).sign(message)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` over ``message`` is that of the key ``public``; False, too, for what is no signature or no key.

    Answers as :func:`consent.receipts.verify_offline.is_signed` does, which needs no library and some thirty times as long.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return _is_point_in_its_one_spelling(public)


def _is_point_in_its_one_spelling(public: bytes) -> bool:
    """RFC 8032 section 5.1.3 lets no y be written beyond the field and gives x = 0 no sign; libraries read both."""
    encoded = int.from_bytes(public, "little")
    sign, y = encoded >> 255, encoded & ((1 << 255) - 1)
    return y < P and not (sign and y in (1, P - 1))


def key_set(keys: Sequence[SigningKey]) -> dict[str, JSON]:
    """Return the public halves as a JWK Set (RFC 7517 section 5). ``keys``: newest first.

    ``nbf`` and ``exp`` (Unix time) say when a key signed: from its day on, until the end of the day on which the next one began.
    """
    newer = [None, *(each.since for each in keys)]
    return {"keys": [_public_key(key, until) for key, until in zip(keys, newer, strict=False)]}


def base64url(data: bytes) -> str:
    """Return base64url without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _public_key(key: SigningKey, until: date | None) -> dict[str, JSON]:
    bounds: dict[str, JSON] = {"nbf": _midnight(key.since)} if key.since else {}
    if until:
        bounds["exp"] = _midnight(until + timedelta(days=1))
    return {**_required_members(key.public), "kid": key.kid, "use": "sig", "alg": ALGORITHM, **bounds}


def _required_members(public: bytes) -> dict[str, JSON]:
    """What a key of this kind must say (RFC 8037 section 2)."""
    return {"kty": "OKP", "crv": "Ed25519", "x": base64url(public)}


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
