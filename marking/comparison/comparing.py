"""Compare an upload with the registered picture it comes from: how it lies there, and where it was changed.

In this order: where does it lie (`posing`, `settling`), which part of it is shown (`showing`), which tones and what sharpness does
the copy have as a whole (`tone`, `sharpness`), what differs beyond what copying explains (`residual`, all three in `differing`),
which regions are that (`regions`), and what was done there (`naming`, `lettering`).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.comparison.change import Box, ChangedRegion, Kind, Outline
from marking.comparison.closer import FAR, Look, looks
from marking.comparison.differing import difference
from marking.comparison.laying import SMALLEST_SIDE, Laid, Mask, lay
from marking.comparison.lettering import erasure, quad, shown_of
from marking.comparison.naming import name
from marking.comparison.part import Part
from marking.comparison.posing import find_pose
from marking.comparison.regions import Region, regions
from marking.comparison.reshaping import clipped_box, reshaping
from marking.comparison.residual import REACH, has_palette
from marking.comparison.settling import settled
from marking.comparison.showing import Around, Ends
from marking.comparison.telling import Lie
from marking.marks.watermark.features import Homography

Picture = NDArray[np.uint8]

LONGEST_SIDE = 32_000
"""Pixels a side that OpenCV can warp."""

_LABEL_MARGIN = 0.5  # of the label's height, beside it
_SIMPLER = 1.5  # grid pixels by which an outline may be simplified


@dataclass(frozen=True, eq=False)
class Comparison:
    """How an upload lies on the registered picture, and what was changed.

    ``transform``: float64 (3, 3), from registered to upload pixels, whole numbers being the pixels' middles; where the
    upload is bent, its nearest homography. ``rotation_degrees``: -180 to 180, clockwise, after mirroring; ``scale``: upload
    pixels for each registered one; ``coverage``: share of the registered picture that the upload shows, 0 to 1;
    ``frame``: the registered picture's corners in upload pixels, clockwise from its own top left (the other way round
    where it is mirrored). ``is_tone_changed``: brightness, contrast or colours of the whole were changed.
    """

    transform: Homography
    mirrored: bool
    rotation_degrees: float
    scale: float
    coverage: float
    frame: tuple[tuple[float, float], ...]
    changes: tuple[ChangedRegion, ...]
    is_tone_changed: bool


def compare(
    upload: Picture, registered: Picture, *, label_box: Box | None = None, told: Lie | None = None
) -> Comparison | None:
    """Compare an upload, uint8 (H, W, 3), with the registered picture, uint8 (h, w, 3), both sRGB and upright.

    ``label_box``: where the explicit label stands in the registered picture: x, y, width, height in its pixels.
    ``told``: how the registered picture is said to lie in the upload, which saves time where it does. Returns
    None where the two cannot be laid upon each other, so that nothing can be said; so it is for sides below 16 pixels.
    Raises ValueError for other shapes or types, for sides above `LONGEST_SIDE`, and for a label box that does not lie
    inside of the registered picture.
    """
    _require(upload, registered, label_box)
    if min(*upload.shape[:2], *registered.shape[:2]) < SMALLEST_SIDE:
        return None
    pose = find_pose(upload, registered, told=told)
    laid = lay(upload, registered, pose.homography, FAR) if pose else None
    if pose is None or laid is None:
        return None
    laid, homography = settled(laid, pose.homography)
    shape = reshaping(upload.shape, registered.shape, homography)
    label = _label_place(laid, label_box)
    around = None if shape.is_as_it_lay else Around.of(Ends(laid, homography, registered.shape), label)
    is_indexed = has_palette(upload)
    seen = difference(laid, around, unbend=not pose.is_whole, is_indexed=is_indexed)
    if (whole := Part.all_of(label.shape)) != seen.part:
        shape = shape.of_part(seen.part.widened(REACH, whole).quad(laid.grid.to_registered))
    gone = erasure(upload, registered, homography, label_box, shape.shown) if label_box else None
    look = looks(seen, upload, registered, homography, label & bool(gone), is_indexed=is_indexed)
    changes = _regions(look, label_box if gone else None, upload.shape) if look else []
    if label_box and gone:
        changes.append(_erased(homography, shown_of(label_box, shape.shown), upload.shape, gone))
    return Comparison(
        homography,
        shape.is_mirrored,
        shape.rotation_degrees,
        shape.scale,
        shape.coverage,
        tuple((float(x), float(y)) for x, y in shape.frame),
        (*changes, *shape.changes(max(0.5, min(0.99, pose.alike)))),
        seen.toning.is_changed,
    )


def _require(upload: Picture, registered: Picture, label_box: Box | None) -> None:
    for rgb in (upload, registered):
        if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.size == 0:
            raise ValueError(f"expected uint8 of shape (H, W, 3), found {rgb.dtype} of shape {rgb.shape}")
        if max(rgb.shape) > LONGEST_SIDE:
            raise ValueError(f"expected at most {LONGEST_SIDE} pixels a side, found {rgb.shape[:2]}")
    if label_box is None:
        return
    x, y, width, height = label_box
    down, across = registered.shape[:2]
    if min(x, y) < 0 or min(width, height) < 1 or x + width > across or y + height > down:
        raise ValueError(f"expected a label box inside of {across} x {down} pixels, found {label_box}")


def _regions(look: Look, label_box: Box | None, upload: tuple[int, ...]) -> list[ChangedRegion]:
    """The changed regions of an upload of this shape, each with its kind; ``label_box``: what is named already."""
    seen = look.seen
    found = regions(seen.found.outside(_label_place(seen.laid, label_box)), seen.valid, area=look.area)
    named = [
        (name(part, seen.expected, seen.laid.upload, seen.valid, area=look.area), part) for part in found
    ]
    return [_region(kind, part, seen.laid, upload) for kind, part in named if kind is not None]


def _region(kind: Kind, part: Region, laid: Laid, upload: tuple[int, ...]) -> ChangedRegion:
    outlines, _ = cv2.findContours(part.mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    largest = cv2.approxPolyDP(max(outlines, key=cv2.contourArea), _SIMPLER, True).reshape(-1, 2)
    places = laid.places[part.mask]
    low, high = np.floor(places.min(axis=0)), np.ceil(places.max(axis=0)) + 1
    box = clipped_box(tuple((int(x), int(y)) for x, y in (low, high)), upload)
    outline = tuple((round(float(x)), round(float(y))) for x, y in laid.places[largest[:, 1], largest[:, 0]])
    return ChangedRegion(kind, box, part.confidence, outline)


def _label_place(laid: Laid, box: Box | None) -> Mask:
    """Where the label and what lies right beside it are on the grid, (H, W)."""
    here = np.zeros(laid.valid.shape, np.bool_)
    if box is None:
        return here
    x, y, width, height = box
    margin = _LABEL_MARGIN * height
    back = np.linalg.inv(laid.grid.to_registered)
    low = np.ceil((back @ (x - margin, y - margin, 1))[:2]).clip(0)
    high = np.floor((back @ (x + width + margin, y + height + margin, 1))[:2]).clip(-1)
    here[int(low[1]) : int(high[1]) + 1, int(low[0]) : int(high[0]) + 1] = True
    return here


def _erased(homography: Homography, box: Box, upload: tuple[int, ...], sure: float) -> ChangedRegion:
    outline: Outline = tuple((round(float(x)), round(float(y))) for x, y in quad(homography, box))
    return ChangedRegion(Kind.LABEL_ERASED, clipped_box(outline, upload), min(0.99, sure), outline)
