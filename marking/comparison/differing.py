"""What differs in an upload beyond what copying explains, in the part of it that shows the registered picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import cv2
import numpy as np

from marking.comparison.laying import Laid, Mask, Pixels
from marking.comparison.part import Part
from marking.comparison.residual import Residual, residual
from marking.comparison.settling import unbent
from marking.comparison.sharpness import alike, matched
from marking.comparison.showing import Around
from marking.comparison.tone import Toning, toning

_EDGE = 2  # grid pixels along the edge of the upload, where resizing and frames bleed in


@dataclass(frozen=True, eq=False)
class Difference:
    """What was ``expected`` of an upload, as it is ``laid``, float32 (H, W, 3), and how far it is off that, in the ``part`` that it shows.

    ``valid``: (H, W), the places of it that count. ``toning``: what was done to the tones of the whole.
    """

    laid: Laid
    expected: Pixels
    found: Residual
    part: Part
    valid: Mask
    toning: Toning


def difference(laid: Laid, around: Around | None, *, unbend: bool, is_indexed: bool) -> Difference:
    """Return how an upload differs from the registered picture that it is laid on.

    ``around``: what tells how much of that it shows; None where it shows all. ``unbend``: it may be bent.
    ``is_indexed``: the upload has a palette.
    """
    whole = Part.all_of(laid.valid.shape)
    if around is None:
        straight = unbent(laid, whole.mask(laid.valid.shape)) if unbend else laid
        return _measured(_Expected.of(straight, whole), straight, whole, is_indexed)
    expected = _Expected.of(laid, around.first)
    rough = _measured(expected, laid, whole, is_indexed)
    part = around.part(rough.found, rough.valid)
    straight = unbent(laid, part.mask(laid.valid.shape)) if unbend else laid
    if straight is laid and part == around.first == whole:
        return rough
    # Tones and sharpness are asked again, as what lies around had its say in them, and a bend as well.
    return _measured(_Expected.of(straight, part), straight, part, is_indexed)


def closer(seen: Difference, laid: Laid, *, is_indexed: bool) -> Difference:
    """Return how an upload, ``laid`` on a part of a finer grid, differs there, after it was ``seen`` from further away."""
    part = seen.part.on(seen.laid.grid, laid.grid)
    return _measured(_Expected.of(laid, part, seen.toning), laid, part, is_indexed)


@dataclass(frozen=True, eq=False)
class _Expected:
    """The registered picture as the upload would show it, and the places that told how, (H, W)."""

    pixels: Pixels
    asked: Mask
    toning: Toning

    @classmethod
    def of(cls, laid: Laid, part: Part, known: Toning | None = None) -> Self:
        shown = replace(laid, valid=_valid(laid, part))
        asked = shown.valid & alike(laid.registered, laid.upload)
        found = known or toning(shown, asked)
        return cls(matched(found.applied(laid), laid.upload, asked), asked, found)


def _measured(expected: _Expected, laid: Laid, part: Part, is_indexed: bool) -> Difference:
    valid = _valid(laid, part)
    asked = expected.asked & valid
    found = residual(expected.pixels, laid.upload, valid, asked, is_indexed=is_indexed)
    return Difference(laid, expected.pixels, found, part, valid, expected.toning)


def _valid(laid: Laid, part: Part) -> Mask:
    """The places of a part that the upload shows, but for those along its edge."""
    shown = np.pad((laid.valid & part.mask(laid.valid.shape)).astype(np.uint8), 1)
    worn = cv2.erode(shown, np.ones((2 * _EDGE + 1,) * 2, np.uint8), borderValue=0)
    return np.asarray(worn[1:-1, 1:-1] > 0)
