"""SM2 signatures over SM3 (GB/T 32918.2-2016, GB/T 32905-2016), with nonces that are derived, never drawn."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hmac import HMAC

from marking.marks.implicit_label import sm2_curve as curve
from marking.marks.implicit_label.sm2_curve import ORDER, Point

ALGORITHM = "1.2.156.10197.1.501"
"""Object identifier of SM2 signatures over SM3 (GB/T 33560-2017)."""
USER_ID = b"1234567812345678"
"""The signer's name where nothing else was agreed (GM/T 0009-2012 clause 10)."""

_SPKI_HEAD = bytes.fromhex("3059301306072A8648CE3D020106082A811CCF5501822D034200")
"""What stands before the 65 bytes of the point in a SubjectPublicKeyInfo (RFC 5280) of this curve."""


def digest(data: bytes) -> bytes:
    """Return the 32 bytes of SM3 (GB/T 32905-2016)."""
    taken = hashes.Hash(hashes.SM3())
    taken.update(data)
    return taken.finalize()


@dataclass(frozen=True)
class PublicKey:
    """A key that signatures are checked with."""

    point: Point

    def to_bytes(self) -> bytes:
        """Return the uncompressed point: 04, x, y (65 bytes; GB/T 32918.1-2016, 4.2.9)."""
        return b"\x04" + self.point.x.to_bytes(32, "big") + self.point.y.to_bytes(32, "big")

    def to_der(self) -> bytes:
        """Return the SubjectPublicKeyInfo of RFC 5280: 91 bytes."""
        return _SPKI_HEAD + self.to_bytes()

    def to_pem(self) -> str:
        """Return the SubjectPublicKeyInfo as text (RFC 7468)."""
        encoded = base64.b64encode(self.to_der()).decode()
        lines = (encoded[start : start + 64] for start in range(0, len(encoded), 64))
        return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the SubjectPublicKeyInfo, 64 hex digits: the name under which the key is published."""
        return hashlib.sha256(self.to_der()).hexdigest()

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether ``signature`` (DER) is this key's over ``message``. Never raises (GB/T 32918.2-2016, 7.1)."""
        try:
            r, s = decode_dss_signature(signature)
        except ValueError:
            return False
        return _verifies(self.point, r, s, _hashed(self.point, message))


def _verifies(point: Point, r: int, s: int, hashed: int) -> bool:
    if not (0 < r < ORDER and 0 < s < ORDER) or not (r + s) % ORDER:
        return False
    found = curve.combined(s, (r + s) % ORDER, point)
    return found is not None and (hashed + found.x) % ORDER == r


def public_keys(encoded: bytes) -> tuple[PublicKey, ...]:
    """Return the keys that bytes found in labels may stand for; none for an unknown form.

    The forms are the uncompressed point with or without its 04, the compressed point (33 bytes), a
    SubjectPublicKeyInfo (91 bytes), and x alone with or without a 00 before it, which leaves two keys to try.
    Raises ``ValueError`` for coordinates that are not on the curve.
    """
    body = encoded.removeprefix(_SPKI_HEAD)
    if len(body) == 65 and body[0] == 4:
        body = body[1:]
    if len(body) == 64:
        return (PublicKey(Point(int.from_bytes(body[:32], "big"), int.from_bytes(body[32:], "big"))),)
    if len(body) == 33 and body[0] in (2, 3):
        return (PublicKey(curve.lifted(int.from_bytes(body[1:], "big"), odd=body[0] == 3)),)
    if len(body) == 32 or (len(body) == 33 and body[0] == 0):
        x = int.from_bytes(body[-32:], "big")
        return tuple(PublicKey(curve.lifted(x, odd=odd)) for odd in (False, True))
    return ()


@dataclass(frozen=True)
class SigningKey:
    """A private key: a number from 1 to ORDER - 2. Raises ``ValueError`` for any other."""

    secret: int = field(repr=False)

    def __post_init__(self) -> None:
        if not 0 < self.secret < ORDER - 1:
            raise ValueError("expected an SM2 key from 1 to the order less 2, found another number")

    @classmethod
    def new(cls) -> Self:
        """Return a random key."""
        return cls(1 + secrets.randbelow(ORDER - 2))

    @classmethod
    def from_hex(cls, text: str) -> Self:
        """Return the key of 64 hex digits. Raises ``ValueError`` for anything else."""
        if len(text) != 64:
            raise ValueError(f"expected an SM2 key of 64 hex digits, found {len(text)} characters")
        return cls(int.from_bytes(bytes.fromhex(text), "big"))

    def to_hex(self) -> str:
        """Return the key as 64 hex digits."""
        return f"{self.secret:064x}"

    @cached_property
    def public(self) -> PublicKey:
        """The key that checks this one's signatures."""
        return PublicKey(curve.multiplied(self.secret))

    def sign(self, message: bytes) -> bytes:
        """Return the signature of ``message`` as DER (GB/T 32918.2-2016, 6.1), the same every time."""
        hashed = _hashed(self.public.point, message)
        nonces = _Nonces(self.secret, hashed)
        r = s = 0
        while not r or not s:  # once in 2^255 a nonce serves for none
            nonce = nonces.next()
            r = (hashed + curve.multiplied(nonce).x) % ORDER
            s = pow(1 + self.secret, -1, ORDER) * (nonce - r * self.secret) % ORDER
            s *= (r + nonce) % ORDER != 0
        return encode_dss_signature(r, s)


def _hashed(point: Point, message: bytes) -> int:
    """Return e of GB/T 32918.2-2016, 6.1: the digest of the signer's Z (5.5) and the message."""
    numbers = (curve.A, curve.B, curve.GENERATOR.x, curve.GENERATOR.y, point.x, point.y)
    length = (8 * len(USER_ID)).to_bytes(2, "big")
    signer = digest(length + USER_ID + b"".join(number.to_bytes(32, "big") for number in numbers))
    return int.from_bytes(digest(signer + message), "big")


class _Nonces:
    """The nonces of one signature, in the order of RFC 6979 section 3.2, with SM3 for its hash."""

    def __init__(self, secret: int, hashed: int) -> None:
        seed = secret.to_bytes(32, "big") + (hashed % ORDER).to_bytes(32, "big")
        self._key, self._value = b"\0" * 32, b"\1" * 32
        for step in (b"\0", b"\1"):
            self._renew(step + seed)

    def _renew(self, more: bytes) -> None:
        self._key = _keyed(self._key, self._value + more)
        self._value = _keyed(self._key, self._value)

    def next(self) -> int:
        """Return one more nonce, 1 to ORDER - 1."""
        nonce = 0
        while not 0 < nonce < ORDER:
            self._value = _keyed(self._key, self._value)
            nonce = int.from_bytes(self._value, "big")
            self._renew(b"\0")
        return nonce


def _keyed(key: bytes, data: bytes) -> bytes:
    taken = HMAC(key, hashes.SM3())
    taken.update(data)
    return taken.finalize()
