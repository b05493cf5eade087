"""IPTC-IIM records, which JPEG files keep among Photoshop's resources (IIM 4.2; Adobe Photoshop File Formats). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

APP13_HEADER = b"Photoshop 3.0\0"
IPTC_RESOURCE = 0x0404
MOST_RESOURCES = 1024
MOST_DATASETS = 1024
LONGEST_DATASET = 2048
"""Bytes of one value that are looked at."""

DATASETS = {
    (2, 40): "SpecialInstructions",
    (2, 65): "OriginatingProgram",
    (2, 110): "Credit",
    (2, 115): "Source",
}
"""By record and number: the fields in which generating programs were seen to name themselves."""


def iptc_blocks(payloads: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the IPTC blocks of a JPEG's APP13 segments, whose resources may run on from one into the next."""
    resources = b"".join(
        payload.removeprefix(APP13_HEADER) for payload in payloads if payload.startswith(APP13_HEADER)
    )
    for kind, block in islice(_resources(resources), MOST_RESOURCES):
        if kind == IPTC_RESOURCE:
            yield block


def iptc_fields(block: bytes) -> tuple[tuple[str, str], ...]:
    """Return names and texts of the fields in ``DATASETS``. Never raises; a broken block ends early."""
    return tuple(
        (DATASETS[key], value[:LONGEST_DATASET].decode("utf-8", "replace").strip("\0 "))
        for key, value in islice(_datasets(block), MOST_DATASETS)
        if key in DATASETS
    )


def _resources(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and content of each resource: signature, number, padded name, length, padded content."""
    position = 0
    while data[position : position + 4] == b"8BIM" and position + 12 <= len(data):
        kind = int.from_bytes(data[position + 4 : position + 6], "big")
        name = data[position + 6] + 1
        start = position + 6 + name + name % 2 + 4
        length = int.from_bytes(data[start - 4 : start], "big")
        yield kind, data[start : start + length]
        position = start + length + length % 2


def _datasets(block: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Yield record, number and value of each dataset; a set high bit of the length announces a longer length."""
    position = 0
    while position + 5 <= len(block) and block[position] == 0x1C:
        key = block[position + 1], block[position + 2]
        length, start = int.from_bytes(block[position + 3 : position + 5], "big"), position + 5
        if length & 0x8000:
            width = length & 0x7FFF
            length, start = int.from_bytes(block[start : start + min(width, 8)], "big"), start + width
        yield key, block[start : start + length]
        position = start + length
