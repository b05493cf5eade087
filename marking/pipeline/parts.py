"""The local features of a picture file, for works that were released before these were kept."""

from __future__ import annotations

from pathlib import Path

from marking.marks.fingerprint import features
from marking.media import Limits, open_picture


def features_of(path: Path, limits: Limits) -> bytes:
    """Return the packed features of the upright picture at ``path``. Raises :class:`marking.media.Refused`."""
    return features.take(open_picture(path, limits).rgb)
