"""Draw the visible label of GB 45438-2025 clause 5.2 into a picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from marking.marks.explicit_label.lettering import ink, measured_capital_height
from marking.marks.explicit_label.wording import Wording

HEIGHT_SHARE = 0.05
"""Least text height over the shortest side of the picture (GB 45438-2025 clause 5.2).

The clause does not say what "text height" means; we take the smallest reading, the ink of the capitals.
"""
LEGIBLE_HEIGHT = 9
"""Capital height in pixels below which Chinese characters blur; smaller is drawn only where 9 does not fit."""
SMALLEST_HEIGHT = 6
"""Capital height in pixels below which letters fall apart: a picture without room for it gets no label."""
PADDING_SHARE = 0.4
"""Plate around the ink, over the capital height."""
MARGIN_SHARE = 0.5
"""Picture between the plate and the two edges of its corner, over the capital height."""
PLATE_OPACITY = 0.75
"""Black at this opacity turns white into sRGB 64, against which white ink has a contrast of 10.4:1.

WCAG 2.2 success criterion 1.4.3 asks for 4.5:1; every other background gives a darker plate and more contrast.
"""


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


@dataclass(frozen=True)
class Placement:
    """Where a label was drawn.

    ``box`` is (x, y, width, height) of the whole plate in pixels, ``glyph_height`` the measured ink height of
    the capitals in pixels, ``lines`` the text as it was stacked.
    """

    box: tuple[int, int, int, int]
    glyph_height: int
    corner: Corner
    lines: tuple[str, ...]


def draw(
    rgb: NDArray[np.uint8], wording: Wording, *, corner: Corner = Corner.BOTTOM_RIGHT
) -> tuple[NDArray[np.uint8], Placement]:
    """Return a copy of ``rgb`` (height, width, 3; uint8) with the label, and where the label is.

    The text is white on a dark translucent plate near ``corner``; its capitals are at least 5 % of the short
    side high, and at least 9 pixels where that fits. Raises ``ValueError`` for another shape or dtype, and for a
    picture too small for any label.
    """
    require_rgb(rgb)
    lines, height = _fitting_text(rgb.shape[1], rgb.shape[0], wording)
    coverage = plate_coverage(lines, height)
    x, y = _position(rgb.shape, coverage.shape, height, corner)
    rows, columns = slice(y, y + coverage.shape[0]), slice(x, x + coverage.shape[1])
    labelled = rgb.copy()
    labelled[rows, columns] = _blended(rgb[rows, columns], coverage)
    box = (x, y, coverage.shape[1], coverage.shape[0])
    return labelled, Placement(box, measured_capital_height(height), corner, lines)


def draw_with_alpha(
    rgb: NDArray[np.uint8],
    alpha: NDArray[np.uint8],
    wording: Wording,
    *,
    corner: Corner = Corner.BOTTOM_RIGHT,
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], Placement]:
    """As ``draw``, and return a copy of ``alpha`` (height, width; uint8) that is opaque (255) on the plate."""
    if alpha.shape != rgb.shape[:2] or alpha.dtype != np.uint8:
        raise ValueError(f"expected uint8 alpha of shape {rgb.shape[:2]}, found {alpha.dtype} {alpha.shape}")
    labelled, placement = draw(rgb, wording, corner=corner)
    x, y, width, height = placement.box
    opaque = alpha.copy()
    opaque[y : y + height, x : x + width] = 255
    return labelled, opaque, placement


def require_rgb(rgb: NDArray[np.uint8]) -> None:
    """Raise ``ValueError`` unless ``rgb`` is uint8 of shape (height, width, 3)."""
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8:
        raise ValueError(f"expected uint8 pixels of shape (height, width, 3), found {rgb.dtype} {rgb.shape}")


def plate_coverage(lines: tuple[str, ...], capital_height: int) -> NDArray[np.uint8]:
    """Return the ink coverage (height, width; uint8) of a whole plate: the text with bare padding around it."""
    return np.pad(ink(lines, capital_height), max(1, round(PADDING_SHARE * capital_height)))


def _fitting_text(width: int, height: int, wording: Wording) -> tuple[tuple[str, ...], int]:
    """Return the fewest lines, and the capital height, whose plate fits into the picture."""
    required = max(SMALLEST_HEIGHT, math.ceil(HEIGHT_SHARE * min(width, height)))
    for capital_height in range(max(required, LEGIBLE_HEIGHT), required - 1, -1):
        for lines in wording.layouts:
            plate_height, plate_width = plate_coverage(lines, capital_height).shape
            if plate_width <= width and plate_height <= height:
                return lines, capital_height
    raise ValueError(f"expected a picture with room for {wording.value!r}, found {width} x {height} pixels")


def _position(
    picture: tuple[int, ...], plate: tuple[int, ...], capital_height: int, corner: Corner
) -> tuple[int, int]:
    """Return the top-left pixel (x, y) of the plate."""
    room_x, room_y = picture[1] - plate[1], picture[0] - plate[0]
    margin = round(MARGIN_SHARE * capital_height)
    margin_x, margin_y = min(margin, room_x // 2), min(margin, room_y // 2)
    x = margin_x if corner.is_left else room_x - margin_x
    y = margin_y if corner.is_top else room_y - margin_y
    return x, y


def _blended(background: NDArray[np.uint8], coverage: NDArray[np.uint8]) -> NDArray[np.uint8]:
    plate = background.astype(np.float32) * (1 - PLATE_OPACITY)
    share = coverage[:, :, None].astype(np.float32) / 255
    return np.rint(plate + (255 - plate) * share).astype(np.uint8)
