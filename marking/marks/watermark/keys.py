"""What a secret decides: the pilots' phases, one of several drawn keys for a picture's data, and the check.

A carrier that is the same in every picture can be averaged out of some hundred of them. So the data's phases and their
order come from one of `DRAWN` keys, drawn for each payload by a keyed hash, so that the same picture is always marked
alike; the pilots, which only tell where the tile lies, follow the secret alone, or a detector would have to look
for each key apart.

Everything derived names the version of the scheme. A later version stands beside this one, and detection tries each
in `VERSIONS`, so that what was once marked stays readable.
"""

import hashlib
import hmac
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

VERSION = 1  # of the scheme that new marks are written in
VERSIONS = (1,)  # that are read
DRAWN = 4  # keys of which a picture gets one


@dataclass(frozen=True)
class Secret:
    """The secret of one installation, in one version of the scheme. Its bytes appear in no representation.

    Raises TypeError for a key that is not bytes.
    """

    key: bytes = field(repr=False)
    version: int = VERSION

    def __post_init__(self) -> None:
        if not isinstance(self.key, bytes):
            raise TypeError(f"expected a key of bytes, found {type(self.key).__name__}")

    def digest(self, purpose: bytes) -> bytes:
        """HMAC-SHA-256 (RFC 2104) of a purpose under the secret: 32 bytes."""
        return hmac.digest(self.key, self._named(purpose), hashlib.sha256)

    def uniform(self, purpose: bytes, count: int) -> NDArray[np.float64]:
        """Numbers in [0, 1), the same on every machine and for ever: SHAKE-256 (FIPS 202) of the purpose's digest."""
        return uniform(self.digest(purpose), count)

    def draw(self, payload: int) -> "DrawnKey":
        """The key for the data of a picture with this payload of 48 bits."""
        drawn = self.digest(b"draw " + payload.to_bytes(8, "big"))
        return DrawnKey(self, drawn[0] % DRAWN)

    def drawn_keys(self) -> "list[DrawnKey]":
        """All keys that a picture's data may be under."""
        return [DrawnKey(self, number) for number in range(DRAWN)]

    def _named(self, purpose: bytes) -> bytes:
        return b"yinji watermark %d: " % self.version + purpose


@dataclass(frozen=True)
class DrawnKey:
    """One of the secret's keys for data carriers, by its number from 0 to 3."""

    secret: Secret
    number: int

    def uniform(self, count: int) -> NDArray[np.float64]:
        """Numbers in [0, 1) for this key's carriers."""
        return self.secret.uniform(b"data %d" % self.number, count)


def uniform(seed: bytes, count: int) -> NDArray[np.float64]:
    """Numbers in [0, 1) from SHAKE-256 of a seed."""
    stream = hashlib.shake_256(seed).digest(4 * count)
    return np.frombuffer(stream, ">u4").astype(np.float64) / 2.0**32
