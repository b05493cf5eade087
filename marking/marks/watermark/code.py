"""From a payload to channel symbols and back: keyed check, then the convolutional code.

A word is the payload followed by a check, the first 28 bits of an HMAC-SHA-256 (RFC 2104) of the payload under the
secret. The check alone decides whether a decoded word is a payload, so that a wrong key, noise, and an unmarked
picture all pass it with the same probability, 2**-28 for each word examined.
"""

from operator import index
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from marking.marks.watermark import convolution
from marking.marks.watermark.keys import Secret

PAYLOAD_BITS = 48
CHECK_BITS = 28
WORD_BITS = PAYLOAD_BITS + CHECK_BITS
SYMBOLS = WORD_BITS * convolution.SYMBOLS_PER_BIT


class Decoded(NamedTuple):
    """A payload whose check held, and how well its symbols agree with what was received (0 to 1)."""

    payload: int
    agreement: float


def encode(payload: int, secret: Secret) -> NDArray[np.float32]:
    """The 456 symbols (+-1) of a payload.

    Raises ValueError when the payload does not fit 48 bits, TypeError when it is no whole number.
    """
    payload = index(payload)
    if not 0 <= payload < 1 << PAYLOAD_BITS:
        raise ValueError(f"expected a payload from 0 to 2**{PAYLOAD_BITS} - 1, found {payload}")
    word = payload << CHECK_BITS | _check(payload, secret)
    bits = np.array([word >> place & 1 for place in range(WORD_BITS)], np.uint8)
    return convolution.encode(bits)


def decode(soft: NDArray[np.float32], secret: Secret) -> Decoded | None:
    """The payload behind 456 soft symbols (positive for +1, any scale), or None when its check fails."""
    return decode_each(soft[None], secret)[0]


def decode_each(soft: NDArray[np.float32], secret: Secret) -> list[Decoded | None]:
    """What each row of soft symbols (n, 456) decodes to."""
    return [_checked(row, bits, secret) for row, bits in zip(soft, convolution.decode(soft), strict=True)]


def _checked(soft: NDArray[np.float32], bits: NDArray[np.uint8], secret: Secret) -> Decoded | None:
    """A decoded word's payload if its check holds."""
    word = int(sum(int(bit) << place for place, bit in enumerate(bits)))
    payload = word >> CHECK_BITS
    if word & (1 << CHECK_BITS) - 1 != _check(payload, secret):
        return None
    return Decoded(payload, _agreement(soft, bits))


def _agreement(soft: NDArray[np.float32], bits: NDArray[np.uint8]) -> float:
    """Share of what was received that speaks for a word, 0 to 1."""
    received = float(np.abs(soft).sum())
    agreement = float(soft @ convolution.encode(bits)) / received if received else 0.0
    return min(agreement, 1.0)


def _check(payload: int, secret: Secret) -> int:
    """The keyed check of a payload, 28 bits."""
    digest = secret.digest(b"check " + payload.to_bytes(PAYLOAD_BITS // 8, "big"))
    return int.from_bytes(digest[:4], "big") >> (32 - CHECK_BITS)
