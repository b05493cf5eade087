"""Sealing for an opening key pair: any process can seal, only who holds the private half can open. Pure.

HPKE (RFC 9180) in base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. The place that a sealed key belongs
to is HPKE's ``info``, so that a key moved to another row does not open.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

KEY_BYTES = 32
SEALED_KEY_BYTES = 80
"""32 bytes of encapsulation, 32 of the key, 16 of the tag."""

_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class OpeningKeyInvalid(ValueError):
    """Text that is no key; the sentence says what was expected and never repeats what was found."""


@dataclass(frozen=True)
class SealingKey:
    """The public half. ``text``: 64 hex digits."""

    text: str

    @property
    def id(self) -> str:
        """16 hex digits by which rows name the key: the first half of SHA-256 of its bytes, cut to 64 bits."""
        return hashlib.sha256(bytes.fromhex(self.text)).hexdigest()[:16]

    def seal(self, key: bytes, *, context: str) -> bytes:
        """``key`` for the holder of the private half, to be opened for the one place that ``context`` names."""
        public = X25519PublicKey.from_public_bytes(bytes.fromhex(self.text))
        return _SUITE.encrypt(key, public, context.encode())


@dataclass(frozen=True)
class OpeningKey:
    """The private half. ``text``: 64 hex digits; it appears in no repr."""

    text: str = field(repr=False)

    @classmethod
    def new(cls) -> OpeningKey:
        """A random key."""
        return cls(X25519PrivateKey.generate().private_bytes_raw().hex())

    @property
    def sealing(self) -> SealingKey:
        """Its public half."""
        return SealingKey(self._private.public_key().public_bytes_raw().hex())

    @property
    def _private(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(bytes.fromhex(self.text))

    def open(self, sealed: bytes, *, context: str) -> bytes | None:
        """What :meth:`SealingKey.seal` sealed for the same place; None where it does not open."""
        try:
            return _SUITE.decrypt(sealed, self._private, context.encode())
        except (InvalidTag, ValueError):  # ValueError: an encapsulation that is no point of the curve
            return None


def read_sealing_keys(text: str) -> tuple[SealingKey, ...]:
    """Public halves, the newest first, with white space or commas between. Raises :class:`OpeningKeyInvalid`."""
    return tuple(SealingKey(word) for word in _words(text))


def read_opening_keys(text: str) -> tuple[OpeningKey, ...]:
    """Private halves, written like :func:`read_sealing_keys`. Raises :class:`OpeningKeyInvalid`."""
    return tuple(OpeningKey(word) for word in _words(text))


def write_keys(keys: Iterable[OpeningKey | SealingKey]) -> str:
    """The text that the two readers read, one key a line."""
    return "".join(f"{key.text}\n" for key in keys)


def _words(text: str) -> list[str]:
    words = text.replace(",", " ").split()
    for place, word in enumerate(words, 1):
        if len(word) != 2 * KEY_BYTES or not all(character in "0123456789abcdef" for character in word):
            raise OpeningKeyInvalid(
                f"expected {2 * KEY_BYTES} lower-case hex digits for each key; key {place} is not"
            )
    return words
