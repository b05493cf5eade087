"""What finds a near copy: a 256-bit perceptual hash of the whole picture."""

from marking.marks.fingerprint.dct_hash import (
    CANDIDATE,
    HASH_BYTES,
    SAME_PICTURE,
    distance,
    distances,
    fingerprint,
    is_distinctive,
)

__all__ = [
    "CANDIDATE",
    "HASH_BYTES",
    "SAME_PICTURE",
    "distance",
    "distances",
    "fingerprint",
    "is_distinctive",
]
