"""How a copy was turned and mirrored, as its watermark tells, and the way back. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from marking.comparison import Lie
from marking.marks.watermark import marking_side
from marking.verification.report import Evidence, Fact

TOLERANCE_DEGREES = 3.0
"""Farther from a quarter turn, a picture is left as it is: its corners are not where they were."""

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Turn:
    """Mirrored left to right or not, then turned clockwise by ``quarters``, 0 to 3."""

    quarters: int = 0
    is_mirrored: bool = False

    def undone(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return a picture, uint8 (H, W, 3), as it was before."""
        unturned = np.rot90(rgb, self.quarters)  # counter-clockwise
        return np.ascontiguousarray(unturned[:, ::-1] if self.is_mirrored else unturned)

    def box(self, box: Box, height: int, width: int) -> Box:
        """Return where a box (x, y, width, height) of an upright picture of this size lies in the turned one."""
        x, y, across, down = box
        if self.is_mirrored:
            x = width - x - across
        for _ in range(self.quarters):
            x, y, across, down = height - y - down, x, down, across
            height, width = width, height
        return x, y, across, down

    def facts(self) -> dict[str, Fact]:
        """Return what is to be said of it: nothing of a picture that stands as it was released."""
        facts: dict[str, Fact] = {}
        if self.quarters:
            facts["turned"] = 90 * self.quarters
        if self.is_mirrored:
            facts["mirrored"] = True
        return facts


UPRIGHT = Turn()
"""Neither turned nor mirrored."""


def turn_of(watermark: Evidence) -> Turn:
    """Return the turn that the evidence of the watermark tells; none where it was not found or lies askew."""
    degrees = float(str(watermark.facts.get("rotation_degrees", 0)))
    quarters = round(degrees / 90)
    if abs(degrees - 90 * quarters) > TOLERANCE_DEGREES:
        return UPRIGHT
    return Turn(quarters % 4, bool(watermark.facts.get("mirrored", False)))


def lie_of(watermark: Evidence) -> Lie | None:
    """Return how the picture that was marked lies in the file, as the evidence of the watermark tells; None where it does not.

    Its scale is that of the canvas on which it was marked, see `of_picture`.
    """
    facts = watermark.facts
    if "scale" not in facts:
        return None
    scale, degrees = (float(str(facts[name])) for name in ("scale", "rotation_degrees"))
    return Lie(scale, degrees, bool(facts["mirrored"]))


def of_picture(lie: Lie, shape: tuple[int, ...]) -> Lie:
    """Return how a released picture of this shape (height, width, …) lies, where its canvas lies so."""
    height, width = shape[:2]
    return replace(lie, scale=lie.scale * marking_side(height, width) / min(height, width))
