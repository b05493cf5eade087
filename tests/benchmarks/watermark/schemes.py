"""What is measured: a scheme marks a picture with a number and reads the number back."""

from dataclasses import dataclass
from typing import Protocol

from marking.marks.watermark import PAYLOAD_BITS, TooSmall, detect, embed
from marking.marks.watermark.embedding import DEFAULT_KEY, TARGET_PSNR
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
    target_psnr: float = TARGET_PSNR  # dB

    def embed(self, rgb: Picture, payload: int) -> Picture:
        """A marked copy. Raises Refused."""
        try:
            return embed(rgb, payload, key=self.key, target_psnr=self.target_psnr)
        except TooSmall as error:
            raise Refused(str(error)) from error

    def detect(self, rgb: Picture) -> int | None:
        """The payload, or None where no mark is found."""
        found = detect(rgb, key=self.key)
        return found.payload if found else None
