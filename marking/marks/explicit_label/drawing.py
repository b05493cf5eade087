"""Draw the visible label of GB 45438-2025 clause 5.2 into a picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from marking.marks.explicit_label.placing import Corner, Placement, cut, place, require_rgb
from marking.marks.explicit_label.plate import blended, contrast, plate_coverage
from marking.marks.explicit_label.wording import Wording

Pixels = NDArray[np.uint8]


def draw(rgb: Pixels, wording: Wording, *, corner: Corner | None = None) -> tuple[Pixels, Placement]:
    """Return a copy of ``rgb`` (height, width, 3; uint8) with the label, and where the label is.

    The text is white on a dark translucent plate at ``corner`` or, without one, at the quietest; its capitals are
    at least 5 % of the short side high, and at least 9 pixels where that fits. Raises ``ValueError`` for another
    shape or dtype, and for a picture too small for any label.
    """
    placement = place([rgb], wording, corner=corner)
    return draw_at(rgb, placement), placement


def draw_with_alpha(
    rgb: Pixels, alpha: Pixels, wording: Wording, *, corner: Corner | None = None
) -> tuple[Pixels, Pixels, Placement]:
    """As ``draw``, and return a copy of ``alpha`` (height, width; uint8) that is opaque (255) on the plate.

    What is transparent counts as empty in the search for a quiet corner, whatever colours lie hidden there.
    """
    if alpha.shape != rgb.shape[:2] or alpha.dtype != np.uint8:
        raise ValueError(f"expected uint8 alpha of shape {rgb.shape[:2]}, found {alpha.dtype} {alpha.shape}")
    quietest = corner or place([seen(rgb, alpha)], wording).corner
    labelled, placement = draw(rgb, wording, corner=quietest)
    return labelled, opaque_at(alpha, placement), placement


def draw_at(rgb: Pixels, placement: Placement) -> Pixels:
    """Return a copy of ``rgb`` (height, width, 3; uint8) with the label at a place that was chosen before.

    So every frame of an animation gets it at the same place, on the same plate; `measured_at` tells the contrast
    that it has there. Raises ``ValueError`` for another shape or dtype, and where the place lies outside.
    """
    require_rgb(rgb)
    coverage = plate_coverage(placement.lines, placement.capital_height)
    _require_inside(rgb, placement, coverage)
    labelled = rgb.copy()
    cut(labelled, placement.box)[:] = blended(cut(rgb, placement.box), coverage, placement.opacity)
    return labelled


def opaque_at(alpha: Pixels, placement: Placement) -> Pixels:
    """Return a copy of ``alpha`` (height, width; uint8) that is opaque (255) where the plate is."""
    opaque = alpha.copy()
    cut(opaque, placement.box)[:] = 255
    return opaque


def measured_at(labelled: Pixels, placement: Placement) -> Placement:
    """Return ``placement`` with the contrast that its label has in ``labelled`` (height, width, 3; uint8)."""
    require_rgb(labelled)
    coverage = plate_coverage(placement.lines, placement.capital_height)
    _require_inside(labelled, placement, coverage)
    return replace(placement, contrast=contrast(cut(labelled, placement.box), coverage))


def seen(rgb: Pixels, alpha: Pixels) -> Pixels:
    """Return ``rgb`` (height, width, 3; uint8) with mid-grey where ``alpha`` (height, width) is below one half."""
    return np.where(alpha[:, :, None] >= 128, rgb, np.uint8(128))


def _require_inside(rgb: Pixels, placement: Placement, coverage: Pixels) -> None:
    if cut(rgb, placement.box).shape[:2] != coverage.shape:
        size = f"{rgb.shape[1]} x {rgb.shape[0]}"
        raise ValueError(f"expected a place inside {size} pixels, found the box {placement.box}")
