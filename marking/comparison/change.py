"""What may have been done to a registered picture, each kind by a stable code. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels."""

Outline = tuple[tuple[int, int], ...]
"""Corners (x, y) of a polygon, in pixels."""


class Kind(StrEnum):
    """A kind of change."""

    ADDED = "added"
    REMOVED = "removed"
    REPLACED = "replaced"
    BACKGROUND = "background"
    RECOLOURED = "recoloured"
    LABEL_ERASED = "label_erased"
    CROPPED = "cropped"
    MIRRORED = "mirrored"
    FRAMED = "framed"

    @property
    def is_region(self) -> bool:
        """Whether a part of the picture shows something else, and not the whole lies otherwise."""
        return self not in (Kind.CROPPED, Kind.MIRRORED, Kind.FRAMED)


@dataclass(frozen=True)
class ChangedRegion:
    """One change: ``box`` and ``outline`` in pixels of the upload as displayed, ``confidence`` 0 to 1.

    Of a cropped upload the box is the whole upload; of a mirrored or framed one, where the registered picture lies in it.
    """

    kind: Kind
    box: Box
    confidence: float
    outline: Outline = ()
