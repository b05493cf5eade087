"""The plate behind the letters: how large, how dark, and how well the letters stand out from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marking.marks.explicit_label.lettering import ink

PADDING_SHARE = 0.4
"""Plate around the ink, over the capital height."""
PLATE_OPACITIES = (0.65, 0.75)
"""Opacities of the black plate, the lightest that serves is taken.

Black at 0.65 turns white into sRGB 89, against which white ink has a contrast of 7.0:1; at 0.75 into sRGB 64 and
10.4:1. Every other background gives a darker plate and more contrast.
"""
PLATE_OPACITY = PLATE_OPACITIES[-1]
"""The darkest plate."""
LEAST_CONTRAST = 4.5
"""Contrast ratio below which text is hard to read (WCAG 2.2, success criterion 1.4.3)."""
EASY_CONTRAST = 12.0
"""Contrast ratio from which the lightest plate is taken: its loss is not seen, and more of the picture stays.

Well above the 7:1 of WCAG 2.2, success criterion 1.4.6, because copies lose contrast when they are compressed.
"""


def plate_coverage(lines: tuple[str, ...], capital_height: int) -> NDArray[np.uint8]:
    """Return the ink coverage (height, width; uint8) of a whole plate: the text with bare padding around it."""
    return np.pad(ink(lines, capital_height), max(1, round(PADDING_SHARE * capital_height)))


def blended(background: NDArray[np.uint8], coverage: NDArray[np.uint8], opacity: float) -> NDArray[np.uint8]:
    """Return ``background`` (height, width, 3; uint8) under a black plate of ``opacity`` with white letters on it."""
    plate = background.astype(np.float32) * (1 - opacity)
    share = coverage[:, :, None].astype(np.float32) / 255
    return np.rint(plate + (255 - plate) * share).astype(np.uint8)


def contrast(label: NDArray[np.uint8], coverage: NDArray[np.uint8]) -> float:
    """Return the least contrast ratio, 1 to 21, of full ink and bare plate in a drawn label (height, width, 3; uint8).

    It is measured on the pixels as they are: the darkest pixel that is all ink against the lightest that has none
    (WCAG 2.2, "contrast ratio").
    """
    luminance = relative_luminance(label)
    full = coverage == coverage.max()
    return float((luminance[full].min() + 0.05) / (luminance[coverage == 0].max() + 0.05))


def relative_luminance(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the relative luminance, 0 to 1, of sRGB pixels (..., 3; uint8) as WCAG 2.2 defines it."""
    channel = np.arange(256) / 255
    linear = np.where(channel <= 0.04045, channel / 12.92, ((channel + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear[rgb] @ np.array([0.2126, 0.7152, 0.0722]))
