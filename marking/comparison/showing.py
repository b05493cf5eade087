"""Which part of the registered picture an upload shows, where a part was cut out and put on a page, a wall, or among others.

A picture is cut along its own sides. The grid lies along them too, so what was left of it is a rectangle there, however the
upload was turned or tilted afterwards: that in which most agrees and outside of which little does. A changed face or label
at one of its sides takes no row away, since rows stay in from `LEAST_SHARE` that agrees on.

What lies beyond one of its sides is taken for the upload's own surroundings only if that side is straight, most of
what lies just inside agreeing: behind a figure that was cut out it does not. And if what is there goes on over where the
registered picture would end, if the upload shows that: a strip of it that was replaced ends there.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from marking.comparison.detail import ALIKE, alikeness, levelled, luma, power_of, texture
from marking.comparison.laying import Laid, Mask, corners, place_all
from marking.comparison.part import CELL, SIDES, Part, Score, largest
from marking.comparison.posing import LEAST_SHARE
from marking.comparison.residual import Residual
from marking.comparison.tone import TOLERANCE
from marking.marks.watermark.features import Homography

_BAND = 3 * CELL  # grid pixels along a side, that tell whether it is straight: beyond the window of likeness
_STRAIGHT = 0.5  # of what lies there, that agrees: most
_ACROSS = 3.0  # grid pixels from where the registered picture ends to what is compared there
_FEWEST_ASKED = 4 * CELL**2  # places: a window of likeness
_FEWEST = 16  # places along an end, that tell whether anything goes on over it


@dataclass(frozen=True, eq=False)
class Agreement:
    """The places that may be asked, those that tell anything, and those of them that agree: each (H, W)."""

    open: Mask
    asked: Mask
    agreeing: Mask

    @classmethod
    def of_structure(cls, laid: Laid, may_ask: Mask) -> Self:
        """Whether what has texture in the registered picture has the same in the upload, of what may be asked, (H, W)."""
        known = levelled(luma(laid.registered))
        power = power_of(known)
        asked = may_ask & laid.valid & texture(known, power=power)
        likeness = alikeness(known, levelled(luma(laid.upload)), power=power)
        return cls(may_ask & laid.valid, asked, asked & (likeness > ALIKE))

    def with_residual(self, found: Residual, valid: Mask) -> Agreement:
        """Return whether besides all that may be asked of ``valid`` places, (H, W), is no further off than copying explains."""
        asked = self.open & valid
        return Agreement(asked, asked, asked & (found.fine <= 1) & (self.agreeing | ~self.asked))

    def share(self, part: Part) -> float:
        """Share of what is asked in a part that agrees; nought where nothing is asked."""
        asked = int(self.asked[part.inside].sum())
        return int(self.agreeing[part.inside].sum()) / asked if asked else 0.0

    def is_told(self, part: Part) -> bool:
        """Whether enough of a part is asked."""
        asked, open_ = (int(each[part.inside].sum()) for each in (self.asked, self.open))
        return asked >= max(_FEWEST_ASKED, LEAST_SHARE * open_)

    @property
    def score(self) -> Score:
        """What each place adds to a part, (H, W): nought on the mean where just `LEAST_SHARE` agrees."""
        worth = np.where(self.agreeing, 1 - LEAST_SHARE, -LEAST_SHARE)
        return np.asarray(np.where(self.asked, worth, 0), np.float32)


@dataclass(frozen=True, eq=False)
class Ends:
    """Where the registered picture of ``shape`` ends in an upload that is laid by a homography."""

    laid: Laid
    homography: Homography
    shape: tuple[int, ...]

    def go_on(self, part: Part, side: int) -> bool | None:
        """Return whether what lies at one of the ends, as long as ``part`` is, goes on over it; None where that is not seen."""
        seen, inside = zip(
            *(self._line(part, side, offset * _ACROSS) for offset in (-3, -1, 1, 3)), strict=True
        )
        here = np.logical_and.reduce(inside)
        if int(here.sum()) < _FEWEST:
            return None
        before, across, after = (
            float(np.median(np.abs(one[here] - other[here]).max(axis=1))) for one, other in pairwise(seen)
        )
        return across <= max(before, after) + TOLERANCE

    def _line(self, part: Part, side: int, outwards: float) -> tuple[NDArray[np.float32], Mask]:
        """The upload along an end, so many grid pixels outside of it: (n, 3), and where it shows anything, (n)."""
        axis, sign = side % 2, -1 if side < 2 else 1
        end = (self._grid_ends[side] + sign * outwards) * np.ones(1)
        along = np.arange(part.lines[1 - axis], part.lines[3 - axis], dtype=np.float64)
        places = np.stack(np.broadcast_arrays(*((end, along) if axis == 0 else (along, end))), axis=-1)
        there, inside = place_all(
            places[None], self.homography @ self.laid.grid.to_registered, self.laid.source
        )
        return self.laid.source.at(there)[0], inside[0]

    @property
    def _grid_ends(self) -> NDArray[np.float64]:
        """Left, top, right, bottom in grid pixels."""
        back = np.linalg.inv(self.laid.grid.to_registered)
        quad = corners(self.shape) @ back[:2, :2].T + back[:2, 2]
        return np.concatenate([quad[0], quad[2]])


def shown_part(ends: Ends, agreement: Agreement, whole: Part, known: Part | None = None) -> Part:
    """Return the part of the ``whole`` grid that shows the registered picture; all of it where nothing else is seen there.

    ``known``: the same by what was asked first. A side that it tells of is not asked again whether its surroundings go on;
    and once they are known to be there, they are what lies beyond any other side.
    """
    found = largest(agreement.score, whole)
    moved = [side for side in SIDES if found.lines[side] != whole.lines[side]]
    cut = [side for side in moved if _is_straight(agreement, found, side, whole)]
    on = {side: ends.go_on(found, side) for side in cut}
    is_known = (known is not None and known != whole) or any(on.values())
    for side in moved:
        is_first = known is None and on.get(side) is None
        if side not in cut or not (is_known or is_first):
            found = found.with_line(side, whole.lines[side])
    return _trimmed(agreement, found, whole)


def _trimmed(agreement: Agreement, part: Part, whole: Part) -> Part:
    """The part without the outermost lines of its cut sides in which most does not agree."""
    for side in SIDES:
        if part.lines[side] != whole.lines[side]:
            band = part.along(side, _BAND)
            asked, agreeing = (
                each[band.inside].sum(axis=side % 2) for each in (agreement.asked, agreement.agreeing)
            )
            most = np.flatnonzero(agreeing >= _STRAIGHT * asked)
            if most.size:
                line = most[0] if side < 2 else most[-1] + 1
                part = part.with_line(side, band.lines[side % 2] + int(line))
    return part


def _is_straight(agreement: Agreement, part: Part, side: int, whole: Part) -> bool:
    is_asked = agreement.is_told(part.beyond(side, whole))
    return is_asked and agreement.share(part.along(side, _BAND)) >= _STRAIGHT


@dataclass(frozen=True, eq=False)
class Around:
    """What may lie around the part that an upload shows, inside of where the registered picture would end.

    ``first``: the part by the ``structure`` that agrees, but for the label's place: that may be painted over along nearly all of a
    side, and tells nothing of it.
    """

    ends: Ends
    structure: Agreement
    first: Part

    @classmethod
    def of(cls, ends: Ends, label: Mask) -> Self:
        """Ask for structure, which needs no tones. ``label``: (H, W), where the label stands."""
        structure = Agreement.of_structure(ends.laid, ~label)
        return cls(ends, structure, shown_part(ends, structure, Part.all_of(label.shape)))

    def part(self, found: Residual, valid: Mask) -> Part:
        """Return the part after the upload was measured at ``valid`` places, (H, W)."""
        agreement = self.structure.with_residual(found, valid)
        return shown_part(self.ends, agreement, Part.all_of(valid.shape), self.first)
