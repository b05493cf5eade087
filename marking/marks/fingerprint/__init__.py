"""What finds a near copy and what tells it from the original: a perceptual hash of the whole, a layout of the parts."""

from marking.marks.fingerprint.dct_hash import (
    CANDIDATE,
    HASH_BYTES,
    SAME_PICTURE,
    distance,
    distances,
    fingerprint,
    is_distinctive,
)
from marking.marks.fingerprint.grid import shrunk
from marking.marks.fingerprint.iscc import image_code
from marking.marks.fingerprint.layout import CHANGED, LAYOUT_BYTES, Region, largest_change, layout
from marking.marks.fingerprint.turns import WAYS, turn, turned

__all__ = [
    "CANDIDATE",
    "CHANGED",
    "HASH_BYTES",
    "LAYOUT_BYTES",
    "SAME_PICTURE",
    "WAYS",
    "Region",
    "distance",
    "distances",
    "fingerprint",
    "image_code",
    "is_distinctive",
    "largest_change",
    "layout",
    "shrunk",
    "turn",
    "turned",
]
