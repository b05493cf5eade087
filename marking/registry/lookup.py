"""From a file back to its work: by payload, by exact hash, by likeness."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from marking.marks.fingerprint import HASH_BYTES, SAME_PICTURE, distances
from marking.registry.models import Registration, Variant

ROWS_AT_ONCE = 20_000
"""Fingerprints compared at a time."""
MOST_NEAR = 20
"""Near registrations returned."""


def by_payload(payload: int) -> Registration | None:
    """Return the registration whose watermark carries ``payload`` (48 bits), be the work deleted or not."""
    return Registration.objects.select_related("work").filter(payload=payload).first()


def by_sha256(sha256: str) -> Registration | None:
    """Return the first registration of a file with this SHA-256 (64 lower-case hex digits)."""
    found = Registration.objects.select_related("work").filter(sha256=sha256)
    return found.order_by("registered_at", "pk").first()


def variant_by_sha256(sha256: str) -> Variant | None:
    """Return the first copy without a visible label with this SHA-256 (64 lower-case hex digits) that was given out."""
    found = Variant.objects.select_related("registration__work").filter(sha256=sha256)
    return found.order_by("registered_at", "pk").first()


def near(fingerprint: bytes, *, radius: int = SAME_PICTURE) -> list[tuple[Registration, int]]:
    """Return what looks like ``fingerprint`` (32 bytes): at most `MOST_NEAR`, nearest first, with distances in bits.

    ``radius``: largest distance, 0 to 256. Pictures without structure look like nothing. A work is as near as the
    nearest of its released file and its copies without the visible label.
    """
    nearest: dict[int, int] = {}
    for distance, number in _hits(fingerprint, radius):
        nearest[number] = min(distance, nearest.get(number, distance))
    hits = sorted((distance, number) for number, distance in nearest.items())[:MOST_NEAR]
    registrations = Registration.objects.select_related("work").in_bulk([number for _, number in hits])
    return [(registrations[number], distance) for distance, number in hits]


def _hits(fingerprint: bytes, radius: int) -> Iterator[tuple[int, int]]:
    """Distance and work number of every registered file within ``radius``."""
    released = Registration.objects.filter(is_distinctive=True).values_list("pk", "fingerprint")
    variants = Variant.objects.filter(is_distinctive=True).values_list("registration_id", "fingerprint")
    stored = released.union(variants, all=True).iterator(chunk_size=ROWS_AT_ONCE)
    while block := list(islice(stored, ROWS_AT_ONCE)):
        packed = np.frombuffer(b"".join(bytes(each) for _, each in block), np.uint8)
        for index, distance in enumerate(distances(fingerprint, packed.reshape(-1, HASH_BYTES)).tolist()):
            if distance <= radius:
                yield distance, block[index][0]
