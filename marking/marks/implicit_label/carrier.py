"""What a container hands over to be read as a label, and how the places are bounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from marking.marks.implicit_label.parsing import LONGEST_TEXT

LONGEST_VALUE_BYTES = 4 * LONGEST_TEXT + 4
"""Bytes of one value that are decoded: in every encoding more characters than are parsed."""


@dataclass(frozen=True)
class Carrier:
    """A place of a file, such as ``mp4:ilst:AIGC``, and what stands there: a text, or an XMP packet as bytes."""

    place: str
    content: str | bytes


@dataclass(frozen=True)
class Fault:
    """Something in a file that may hide a label, as a stable code (see ``reading.Reading``)."""

    code: str


Found: TypeAlias = Carrier | Fault
"""What the searches of containers yield, one after another, so that whoever reads may stop them."""


def names_label(key: str) -> bool:
    """Whether the name of a field makes it a label: it contains AIGC (GB 45438-2025 Annex E a)."""
    return "aigc" in key.casefold()


def decoded(value: bytes, encoding: str = "utf-8") -> str:
    """Return the beginning of ``value`` as text without the NULs and spaces around it; bad bytes become U+FFFD."""
    return value[:LONGEST_VALUE_BYTES].decode(encoding, errors="replace").strip("\0 \t\r\n\ufeff")
