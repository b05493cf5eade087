"""What is measured: a scheme marks a picture with a number and reads the number back."""

from dataclasses import dataclass
from typing import Any, Protocol

from marking.marks.watermark import PAYLOAD_BITS, TooSmall, detect, embed
from marking.marks.watermark.embedding import DEFAULT_KEY
from tests.benchmarks.watermark.attacks import Picture


class Refused(Exception):
    """The scheme does not mark this picture; the message says why."""


class Scheme(Protocol):
    """A watermark that can be measured; goes to worker processes, so it can be pickled."""

    @property
    def name(self) -> str: ...

    @property
    def payload_bits(self) -> int: ...

    def embed(self, rgb: Picture, payload: int) -> Picture:
        """A marked copy. Raises Refused."""
        ...

    def detect(self, rgb: Picture) -> int | None:
        """The payload, or None where no mark is found."""
        ...


@dataclass(frozen=True)
class Yinji:
    """The project's own watermark."""

    key: bytes = DEFAULT_KEY
    name: str = "yinji"
    payload_bits: int = PAYLOAD_BITS
    target_psnr: float | None = None  # dB; None for what the room aims at by itself

    def embed(self, rgb: Picture, payload: int) -> Picture:
        """A marked copy. Raises Refused."""
        strength: dict[str, Any] = {"target_psnr": self.target_psnr} if self.target_psnr else {}
        try:
            return embed(rgb, payload, key=self.key, **strength)
        except TooSmall as error:
            raise Refused(str(error)) from error

    def detect(self, rgb: Picture) -> int | None:
        """The payload, or None where no mark is found."""
        found = detect(rgb, key=self.key)
        return found.payload if found else None
