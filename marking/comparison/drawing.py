"""Draw a comparison: the upload, the registered picture laid onto it, and a map of what was changed.

Nothing is told by colour alone. Where something was changed the map keeps its colours under a hatch, inside a line of two
tones that shows on any ground; the rest is grey and dim. The numbers are the places in `Comparison.changes`, from 1. The
colours are two of Okabe and Ito's, which all kinds of colour vision tell apart (https://jfly.uni-koeln.de/color/).
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.comparison.change import Box, ChangedRegion, Kind
from marking.comparison.comparing import Comparison
from marking.comparison.laying import Mask
from marking.marks.shrinking import shrunk
from marking.marks.watermark.features import Homography

Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]

NEUTRAL = 128
"""Grey level of what a picture does not show."""

_CHANGED: Colour = (230, 159, 0)  # orange
_FRAME: Colour = (86, 180, 233)  # sky blue
_DARK: Colour = (16, 16, 16)
_LIGHT: Colour = (255, 255, 255)
_DIM = 0.55  # of the light of what was not changed
_DIMMED = (np.arange(256) * _DIM).astype(np.uint8)
_WIDEST = 4.0  # sides of the upload, that the view may be wide where it was cut out of a larger picture
_HATCH = 96  # parts of the view's longest side, from one line to the next
_HATCHED = 0.65  # of a line's colour over what lies under it
_DASHES = 64  # parts of the view's longest side, of the frame's dashes
_MOST_MADE = 2.0  # sides of the view, to which a picture is brought to put a part of it there
_NEARLY_IN_PLACE = (
    0.75  # pixels of the view that a corner may be moved, so that an upright picture need not be warped
)
_FINEST = 1.15  # pixels of a picture for each of the view, above which it is averaged first


class Views(NamedTuple):
    """Three pictures of one size, uint8 (h, w, 3): the upload, the registered picture as it lies there, the map."""

    upload: Picture
    registered: Picture
    map: Picture


def draw_map(upload: Picture, registered: Picture, comparison: Comparison, *, longest: int = 1024) -> Views:
    """Draw what `compare` said of an upload, uint8 (H, W, 3), and a registered picture, uint8 (h, w, 3).

    The views show all of the upload and, where it is cropped, the missing frame around it; ``longest``: pixels of
    their longer side at most. What a picture does not show is `NEUTRAL`, and so is what only the registered one shows.
    """
    size, place = _view(upload.shape, comparison, longest)
    shown, within = _laid(upload, place, size)
    laid, frame = _laid(registered, place @ comparison.transform, size)
    own = _only(laid, within)  # whoever has a part of the picture is shown no more than that part
    return Views(shown, own, _map(shown, frame, place, comparison))


def _view(
    upload: tuple[int, ...], comparison: Comparison, longest: int
) -> tuple[tuple[int, int], Homography]:
    """The size (width, height) of the views, and the way from upload pixels to theirs."""
    side = np.array(upload[1::-1], np.float64)
    low, high = np.array([-0.5, -0.5]), side - 0.5
    if any(change.kind is Kind.CROPPED for change in comparison.changes):
        frame = np.array(comparison.frame)
        spare = (_WIDEST - 1) / 2 * side
        low, high = (
            np.maximum(np.minimum(low, frame.min(axis=0)), low - spare),
            np.minimum(np.maximum(high, frame.max(axis=0)), high + spare),
        )
    shrinking = min(1.0, longest / float((high - low).max()))
    width, height = (max(1, round(float(each) * shrinking)) for each in high - low)
    across, down = (width, height) / (high - low)
    place = np.array([[across, 0, -low[0] * across - 0.5], [0, down, -low[1] * down - 0.5], [0, 0, 1]])
    return (width, height), place


def _laid(picture: Picture, way: Homography, size: tuple[int, int]) -> tuple[Picture, Mask]:
    """A picture laid onto a view, and where it lies there."""
    height, width = picture.shape[:2]
    there = cv2.perspectiveTransform(_corners(width, height)[None], way)[0].astype(np.float32)
    is_mirrored = bool(there[1, 0] < there[0, 0])
    box = _upright_box(there[[1, 0, 3, 2]] if is_mirrored else there, size)
    if box is not None:
        return _pasted(picture, box, size, is_mirrored=is_mirrored)
    zoom = (height * width / max(1.0, float(cv2.contourArea(there)))) ** 0.5
    if zoom > _FINEST:
        small = (max(1, round(width / zoom)), max(1, round(height / zoom)))
        picture = shrunk(picture, small)
        across, down = width / small[0], height / small[1]
        way = way @ np.array([[across, 0, across / 2 - 0.5], [0, down, down / 2 - 0.5], [0, 0, 1]])
    laid = cv2.warpPerspective(picture, way, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside = np.zeros(size[::-1], np.uint8)
    cv2.fillPoly(inside, [np.rint(there).astype(np.int32)], 1)
    shown = np.asarray(inside > 0)
    return _only(np.asarray(laid, np.uint8), shown), shown


def _upright_box(there: NDArray[np.float32], size: tuple[int, int]) -> Box | None:
    """The pixels (x, y, width, height) that a picture with these corners fills, clockwise from the top left, if it stands upright.

    None too for one that reaches so far beyond a view of this size that making all of it would be a waste.
    """
    low, high = np.rint(there[0] + 0.5), np.rint(there[2] + 0.5)
    edge = np.array([low, (high[0], low[1]), high, (low[0], high[1])]) - 0.5
    sides = high - low
    if (sides < 1).any() or (sides > _MOST_MADE * np.array(size)).any():
        return None
    if np.abs(there - edge).max() > _NEARLY_IN_PLACE:
        return None
    return int(low[0]), int(low[1]), int(sides[0]), int(sides[1])


def _pasted(picture: Picture, box: Box, size: tuple[int, int], *, is_mirrored: bool) -> tuple[Picture, Mask]:
    """A picture put into a box of a view that it may reach beyond, and where it lies there."""
    x, y, width, height = box
    whole = _resized(picture, (width, height))
    whole = np.asarray(cv2.flip(whole, 1), np.uint8) if is_mirrored else whole
    if box == (0, 0, *size):
        return whole, np.ones(size[::-1], np.bool_)
    view, shown = np.full((*size[::-1], 3), NEUTRAL, np.uint8), np.zeros(size[::-1], np.bool_)
    left, top, right, bottom = max(0, x), max(0, y), min(size[0], x + width), min(size[1], y + height)
    if left < right and top < bottom:
        view[top:bottom, left:right] = whole[top - y : bottom - y, left - x : right - x]
        shown[top:bottom, left:right] = True
    return view, shown


def _resized(picture: Picture, size: tuple[int, int]) -> Picture:
    """A picture with another size: averaged where it is made much smaller."""
    if picture.shape[1::-1] == size:
        return picture
    if min(picture.shape[1] / size[0], picture.shape[0] / size[1]) > _FINEST:
        return shrunk(picture, size)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _only(picture: Picture, shown: Mask) -> Picture:
    """A picture where it is shown, and nothing elsewhere."""
    return np.asarray(cv2.copyTo(picture, shown.astype(np.uint8), np.full_like(picture, NEUTRAL)), np.uint8)


def _corners(width: int, height: int) -> NDArray[np.float64]:
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64) - 0.5


def _map(shown: Picture, frame: Mask, place: Homography, comparison: Comparison) -> Picture:
    grey = cv2.cvtColor(shown, cv2.COLOR_RGB2GRAY)
    drawn = np.asarray(cv2.cvtColor(_DIMMED[grey], cv2.COLOR_GRAY2RGB), np.uint8)
    for change in comparison.changes:
        if change.kind.is_region:
            _light(drawn, shown, _outline(change, place))
    if any(not change.kind.is_region for change in comparison.changes):
        _dash(drawn, frame)
    for number, change in enumerate(comparison.changes, 1):
        if change.kind.is_region:
            _number(drawn, number, _outline(change, place))
    return drawn


def _outline(change: ChangedRegion, place: Homography) -> NDArray[np.int32]:
    """A change's outline, or its box where it has none, in pixels of the view: (n, 2)."""
    x, y, width, height = change.box
    corners = change.outline or ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    there = cv2.perspectiveTransform(np.array([corners], np.float64), place)[0]
    return np.asarray(np.rint(there), np.int32)


def _light(drawn: Picture, shown: Picture, outline: NDArray[np.int32]) -> None:
    inside = np.zeros(drawn.shape[:2], np.uint8)
    cv2.fillPoly(inside, [outline], 1)
    cv2.copyTo(shown, inside, drawn)
    _hatch(drawn, inside)
    thick = _thickness(drawn)
    cv2.polylines(drawn, [outline], True, _DARK, 3 * thick, cv2.LINE_AA)
    cv2.polylines(drawn, [outline], True, _CHANGED, thick, cv2.LINE_AA)


def _hatch(drawn: Picture, inside: NDArray[np.uint8]) -> None:
    """Slanting lines over what is inside, (H, W), through which it is seen."""
    x, y, width, height = cv2.boundingRect(inside)
    part, here = (each[y : y + height, x : x + width] for each in (drawn, inside))
    period = max(4, max(drawn.shape) // _HATCH)
    slanting = np.arange(y, y + height)[:, None] + np.arange(x, x + width)
    lines = (here > 0) & (slanting % period < max(1, period // 4))
    part[lines] = (part[lines] * (1 - _HATCHED) + np.array(_CHANGED) * _HATCHED).astype(np.uint8)


def _dash(drawn: Picture, frame: Mask) -> None:
    """The edge of the registered picture, in dashes."""
    outlines, _ = cv2.findContours(
        np.pad(frame.astype(np.uint8), 1), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE, offset=(-1, -1)
    )
    edge = np.zeros(drawn.shape[:2], np.uint8)
    cv2.drawContours(edge, outlines, -1, 1, 3 * _thickness(drawn))
    period = max(8, max(drawn.shape) // _DASHES)
    rows, columns = np.nonzero(edge)
    is_light = (rows // period + columns // period) % 2 == 0
    drawn[rows, columns] = np.where(is_light[:, None], _FRAME, _DARK).astype(np.uint8)


def _number(drawn: Picture, number: int, outline: NDArray[np.int32]) -> None:
    """A number on a plate at the upper left of an outline, inside of the view."""
    text, thick = str(number), _thickness(drawn)
    size = max(0.4, max(drawn.shape) / 1200)
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, thick)
    plate = (width + 6 * thick, height + 6 * thick)
    x, y = np.clip(outline.min(axis=0), 0, np.maximum(0, np.array(drawn.shape[1::-1]) - plate)).tolist()
    cv2.rectangle(drawn, (x, y), (x + plate[0], y + plate[1]), _DARK, cv2.FILLED)
    cv2.rectangle(drawn, (x, y), (x + plate[0], y + plate[1]), _CHANGED, thick)
    at = (x + 3 * thick, y + height + 3 * thick)
    cv2.putText(drawn, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, _LIGHT, thick, cv2.LINE_AA)


def _thickness(drawn: Picture) -> int:
    height, width = drawn.shape[:2]
    return max(1, int(max(height, width)) // 512)
