"""Where the label stands: at a corner, as GB 45438-2025 clause 5.2 allows, and there where it covers least."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from marking.marks.explicit_label.lettering import measured_capital_height
from marking.marks.explicit_label.plate import (
    EASY_CONTRAST,
    PLATE_OPACITIES,
    PLATE_OPACITY,
    blended,
    contrast,
    plate_coverage,
)
from marking.marks.explicit_label.quietness import Box, busyness
from marking.marks.explicit_label.wording import Lines, Wording

HEIGHT_SHARE = 0.05
"""Least text height over the shortest side of the picture (GB 45438-2025 clause 5.2).

The clause does not say what "text height" means; we take the smallest reading, the ink of the capitals.
"""
LEGIBLE_HEIGHT = 9
"""Capital height in pixels below which Chinese characters blur; smaller is drawn only where 9 does not fit."""
SMALLEST_HEIGHT = 6
"""Capital height in pixels below which letters fall apart: a picture without room for it gets no label."""
MARGIN_SHARE = 0.5
"""Picture between the plate and the two edges of its corner, over the capital height."""
CLEARLY_QUIETER = 0.8
"""Share of the usual corner's busyness below which another is worth leaving it for: readers look there first."""


class Corner(StrEnum):
    """The corner of the picture that holds the label."""

    TOP_LEFT = "top_left"
    TOP_RIGHT = "top_right"
    BOTTOM_LEFT = "bottom_left"
    BOTTOM_RIGHT = "bottom_right"

    @property
    def is_left(self) -> bool:
        """Whether the corner lies on the left edge."""
        return self in (Corner.TOP_LEFT, Corner.BOTTOM_LEFT)

    @property
    def is_top(self) -> bool:
        """Whether the corner lies on the top edge."""
        return self in (Corner.TOP_LEFT, Corner.TOP_RIGHT)


USUAL_CORNER = Corner.BOTTOM_RIGHT
"""Where the figures of GB 45438-2025 show the label, and where it stands unless another corner is clearly quieter."""


@dataclass(frozen=True)
class Placement:
    """Where and how a label is drawn.

    ``box`` is (x, y, width, height) of the whole plate in pixels, ``glyph_height`` the measured ink height of
    the capitals in pixels, ``lines`` the text as it is stacked, ``capital_height`` the height that was asked for,
    ``opacity`` of the plate 0 to 1, ``contrast`` the least measured contrast ratio of ink and plate, 1 to 21.
    """

    box: Box
    glyph_height: int
    corner: Corner
    lines: Lines
    capital_height: int
    opacity: float
    contrast: float


def place(
    pictures: Sequence[NDArray[np.uint8]],
    wording: Wording,
    *,
    corner: Corner | None = None,
    keep_off: Sequence[Box] = (),
) -> Placement:
    """Return the one place at which ``wording`` is to be drawn into every one of ``pictures``.

    ``pictures``: at least one, (height, width, 3; uint8), all of one size, such as the frames of an animation.
    Without a ``corner``, the quietest is taken (see :mod:`.quietness`) of those that cover least of the boxes ``keep_off``,
    (x, y, width, height) such as faces; of the plates, the lightest that keeps the
    letters easy to read in all of them. Raises ``ValueError`` for other shapes or dtypes, for sizes that differ, and
    for pictures too small for any label.
    """
    require_alike(pictures)
    height, width = pictures[0].shape[:2]
    lines, capital_height = _fitting_text(width, height, wording)
    coverage = plate_coverage(lines, capital_height)
    boxes = {each: _box((height, width), coverage.shape, capital_height, each) for each in Corner}
    chosen = corner or _quietest(pictures, _least_covering(boxes, keep_off))
    opacity, measured = _plate([cut(each, boxes[chosen]) for each in pictures], coverage)
    glyph_height = measured_capital_height(capital_height)
    return Placement(boxes[chosen], glyph_height, chosen, lines, capital_height, opacity, measured)


def cut(rgb: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """Return the part of ``rgb`` (height, width, 3) in ``box`` (x, y, width, height), as a view."""
    x, y, width, height = box
    return rgb[y : y + height, x : x + width]


def require_rgb(rgb: NDArray[np.uint8]) -> None:
    """Raise ``ValueError`` unless ``rgb`` is uint8 of shape (height, width, 3)."""
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8:
        raise ValueError(f"expected uint8 pixels of shape (height, width, 3), found {rgb.dtype} {rgb.shape}")


def require_alike(pictures: Sequence[NDArray[np.uint8]]) -> None:
    """Raise ``ValueError`` unless there is a picture and all are uint8 of one shape (height, width, 3)."""
    if not pictures:
        raise ValueError("expected at least one picture, found none")
    for rgb in pictures:
        require_rgb(rgb)
    if len(shapes := {rgb.shape for rgb in pictures}) > 1:
        raise ValueError(f"expected pictures of one size, found {sorted(shapes)}")


def _fitting_text(width: int, height: int, wording: Wording) -> tuple[Lines, int]:
    """Return the fewest lines, and the capital height, whose plate fits into the picture."""
    required = max(SMALLEST_HEIGHT, math.ceil(HEIGHT_SHARE * min(width, height)))
    for capital_height in range(max(required, LEGIBLE_HEIGHT), required - 1, -1):
        for lines in wording.layouts:
            plate_height, plate_width = plate_coverage(lines, capital_height).shape
            if plate_width <= width and plate_height <= height:
                return lines, capital_height
    raise ValueError(f"expected a picture with room for {wording.value!r}, found {width} x {height} pixels")


def _box(picture: tuple[int, ...], plate: tuple[int, ...], capital_height: int, corner: Corner) -> Box:
    """Return the plate's box (x, y, width, height) at ``corner``; ``picture`` and ``plate`` are (height, width)."""
    room_x, room_y = picture[1] - plate[1], picture[0] - plate[0]
    margin = round(MARGIN_SHARE * capital_height)
    margin_x, margin_y = min(margin, room_x // 2), min(margin, room_y // 2)
    x = margin_x if corner.is_left else room_x - margin_x
    y = margin_y if corner.is_top else room_y - margin_y
    return x, y, plate[1], plate[0]


def _least_covering(boxes: dict[Corner, Box], keep_off: Sequence[Box]) -> dict[Corner, Box]:
    """Return those of ``boxes`` that cover the fewest pixels of ``keep_off``: all of them where none covers any."""
    covered = {corner: sum(_common(box, each) for each in keep_off) for corner, box in boxes.items()}
    return {corner: box for corner, box in boxes.items() if covered[corner] == min(covered.values())}


def _common(one: Box, two: Box) -> int:
    """Return how many pixels two boxes have in common."""
    across = min(one[0] + one[2], two[0] + two[2]) - max(one[0], two[0])
    down = min(one[1] + one[3], two[1] + two[3]) - max(one[1], two[1])
    return max(0, across) * max(0, down)


def _quietest(pictures: Sequence[NDArray[np.uint8]], boxes: dict[Corner, Box]) -> Corner:
    """Return which of ``boxes`` has the least going on, or the usual one if it is there and none is clearly quieter."""
    measured = [busyness(each, list(boxes.values())) for each in pictures]
    totals = dict(zip(boxes, (sum(each) for each in zip(*measured, strict=True)), strict=True))
    best = min(totals, key=totals.__getitem__)
    is_usual_better = USUAL_CORNER in totals and totals[best] >= CLEARLY_QUIETER * totals[USUAL_CORNER]
    return USUAL_CORNER if is_usual_better else best


def _plate(backgrounds: list[NDArray[np.uint8]], coverage: NDArray[np.uint8]) -> tuple[float, float]:
    """Return the plate's opacity and the least contrast that it gives on any of ``backgrounds``."""

    def least(opacity: float) -> float:
        return min(contrast(blended(each, coverage, opacity), coverage) for each in backgrounds)

    for opacity in PLATE_OPACITIES:
        if (measured := least(opacity)) >= EASY_CONTRAST:
            return opacity, measured
    return PLATE_OPACITY, measured
