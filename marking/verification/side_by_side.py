"""Lay a file beside released ones: is it a copy of one, and what was changed in it. Pure.

It runs in a child process with limits, like the collectors, and like them it is an outermost edge: a comparison that breaks
finds nothing and takes no report down.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.comparison import LONGEST, Box, ChangedRegion, Comparison, Kind, Lie, compare, draw_map
from marking.marks import implicit_label
from marking.marks.implicit_label import AigcLabel
from marking.media import BoundedError, Limits, MediaType, Refused, encode_picture, open_picture
from marking.verification.collecting.collection import BREAKAGES
from marking.verification.collecting.quarantine import Quarantine
from marking.verification.collecting.specimen import Specimen
from marking.verification.recognition import Recognition, recognised
from marking.verification.report import Change, Views
from marking.verification.turning import of_picture

logger = logging.getLogger(__name__)

SECONDS = 20.0
"""Wall clock for all comparisons of one file together; each takes about a second."""
MOST_COMPARED = 3
"""Released files that one upload is compared with. Each may say yes wrongly once in a million unmarked pictures."""
SHOWN_SHARE = 0.25
"""Share that must be unchanged for the released picture to be shown: nobody sees much of it who has little of it."""
_REHEARSED_SIDE = 64  # pixels
VIEW_QUALITY = 80
"""JPEG quality of the pictures of a comparison."""


@dataclass(frozen=True)
class Released:
    """A released work and what a file is compared with.

    ``reference``: the small grey picture of how it was before its watermark; ``picture``: the released file, if it is a single
    picture; ``likeness``: the same made small; None where they are gone. ``size``: width and height of the released picture. ``label_box``: of
    the visible label in it (x, y, width, height); None without one. ``label``: what a picture of it carries as its metadata label.
    """

    work: str
    payload: int
    reference: Path | None
    picture: Path | None = None
    label_box: tuple[int, int, int, int] | None = None
    label: AigcLabel | None = None
    likeness: Path | None = None
    size: tuple[int, int] | None = None


class NotCompared(Exception):
    """Whether the file is a copy could not be found out. ``reason`` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"expected an answer from the comparison, found {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Laid:
    """A file laid onto a released picture. ``coverage``: share, 0 to 1, of that which it shows; ``views``: pictures of it."""

    changes: tuple[Change, ...]
    coverage: float
    views: Views | None = None

    @property
    def is_same_picture(self) -> bool:
        """Whether nothing in it was changed, but for the visible label, the frame and the tones."""
        return not any(Kind(each.kind).is_region and each.kind != Kind.LABEL_ERASED for each in self.changes)


@dataclass(frozen=True)
class SideBySide:
    """A file beside one released work: its known mark, found again, and how the pictures lie; None for what was not found.

    With neither it is the same picture, by its looks alone: how it lies is told of nobody's picture that no mark names.
    """

    work: str
    recognition: Recognition | None = None
    laid: Laid | None = None


def prepare() -> None:
    """Draw a comparison before children are forked (:mod:`marking.media.zygote`): OpenCV unpacks its font at the first number, in 20 ms."""
    picture = np.zeros((_REHEARSED_SIDE, _REHEARSED_SIDE, 3), np.uint8)
    changed = ChangedRegion(Kind.ADDED, (16, 16, 16, 16), 1.0)
    draw_map(picture, picture, Comparison(np.eye(3), False, 0.0, 1.0, 1.0, (), (changed,), False))


def lay_bounded(
    quarantine: Quarantine,
    candidates: Sequence[Released],
    *,
    is_named: bool,
    told: Lie | None = None,
    seconds: float = SECONDS,
) -> SideBySide | None:
    """Return what `lay_side_by_side` does, from a child process. Raises NotCompared where it was cut off."""
    try:
        return quarantine.call(lay_side_by_side, candidates, is_named, told, seconds=seconds)
    except BoundedError as error:
        logger.warning("a comparison with released files ended: %s", error)
        raise NotCompared("broke") from error


def lay_side_by_side(
    specimen: Specimen, candidates: Sequence[Released], is_named: bool, told: Lie | None = None
) -> SideBySide | None:
    """Return which of the candidates the file is a copy of, and how it lies on it; None where it is of none.

    ``is_named``: the marks in the file name the one candidate already, and only the pictures are compared. Else each of the first
    `MOST_COMPARED` is asked for its own mark; and where none shows, a file is the same picture as the one of which it shows the
    most, if nothing in it was changed but the visible label. Forms, pages and slides alike in their blank parts are others. ``told``:
    how the one candidate is said to lie in the file, as `lie_of` gives it.
    """
    kept = candidates[:MOST_COMPARED]
    if is_named:
        return _laid(specimen, kept[0], told) if kept else None
    for candidate in kept:
        found = _recognised(specimen, candidate)
        if found is not None:
            laid = _laid(specimen, candidate)
            return replace(laid or SideBySide(candidate.work), recognition=found)
    return _likest(specimen, kept)


def _likest(specimen: Specimen, candidates: Sequence[Released]) -> SideBySide | None:
    found = [
        laid
        for each in candidates
        if (laid := _laid(specimen, each)) and laid.laid and laid.laid.is_same_picture
    ]
    likest = max(found, key=lambda each: each.laid.coverage if each.laid else 0.0, default=None)
    return likest and replace(likest, laid=None)


def _recognised(specimen: Specimen, candidate: Released) -> Recognition | None:
    if candidate.reference is None:
        return None
    try:
        return recognised(specimen, candidate.work, candidate.payload, candidate.reference)
    except (Refused, MemoryError, *BREAKAGES) as error:
        _log(candidate, error)
        return None


def _laid(specimen: Specimen, candidate: Released, told: Lie | None = None) -> SideBySide | None:
    if candidate.picture is None:
        return None
    try:
        registered, box = _registered(specimen, candidate, candidate.picture, told)
        lie = told and of_picture(told, registered.shape)
        comparison = compare(specimen.rgb, registered, label_box=box, told=lie)
        if comparison is None:
            return None
        views = _views(specimen, registered, comparison, candidate.label)
    except (Refused, MemoryError, *BREAKAGES) as error:
        _log(candidate, error)
        return None
    changes = tuple(Change(each.kind.value, each.box, each.confidence) for each in comparison.changes)
    return SideBySide(candidate.work, laid=Laid(changes, comparison.coverage, views))


def _registered(
    specimen: Specimen, candidate: Released, path: Path, told: Lie | None
) -> tuple[NDArray[np.uint8], Box | None]:
    """The released picture, and where its label stands in it; made small where nothing finer would be looked at, as far as is told."""
    if (
        told is not None
        and candidate.size is not None
        and (small := _small(specimen, candidate)) is not None
        and _is_fine_enough(specimen, small, of_picture(told, small.shape))
    ):
        return small, candidate.label_box and _in_small(candidate.label_box, candidate.size, small)
    return open_picture(path, _limits(path)).rgb, candidate.label_box


def _small(specimen: Specimen, candidate: Released) -> NDArray[np.uint8] | None:
    """The released picture as it is kept small; None where it is not, or cannot be read: the released file tells the same."""
    if candidate.likeness is None:
        return None
    try:
        return open_picture(candidate.likeness, specimen.limits).rgb
    except (Refused, *BREAKAGES) as error:
        _log(candidate, error)
        return None


def _is_fine_enough(specimen: Specimen, small: NDArray[np.uint8], lie: Lie) -> bool:
    """Whether the file shows no finer detail, or so much of the picture that a comparison is not as fine either."""
    shown = min(max(small.shape), max(specimen.rgb.shape) / lie.scale)
    return lie.scale <= 1 or shown >= LONGEST


def _in_small(box: Box, size: tuple[int, int], small: NDArray[np.uint8]) -> Box:
    """A box of a released picture of this size (width, height) in its small copy, at least one pixel."""
    height, width = small.shape[:2]
    across, down = width / size[0], height / size[1]
    left, top = min(round(box[0] * across), width - 1), min(round(box[1] * down), height - 1)
    right, bottom = round((box[0] + box[2]) * across), round((box[1] + box[3]) * down)
    return left, top, max(1, min(right, width) - left), max(1, min(bottom, height) - top)


def _log(candidate: Released, error: BaseException) -> None:
    # The message may quote the file; its kind is enough to find the fault.
    logger.warning("the comparison with %s broke: %s", candidate.work, type(error).__name__)


def _limits(path: Path) -> Limits:
    """A released file may well be larger than what is accepted."""
    return replace(Limits(), bytes=max(path.stat().st_size, Limits().bytes))


def unchanged_share(comparison: Comparison) -> float:
    """Return the share, 0 to 1, of what an upload shows of the registered picture in which nothing was changed."""
    shown = comparison.coverage * _area(comparison.frame)
    changed = sum(_changed_area(each) for each in comparison.changes if each.kind.is_region)
    return max(0.0, 1 - changed / shown) if shown > 0 else 0.0


def _changed_area(change: ChangedRegion) -> float:
    return _area(change.outline) if change.outline else float(change.box[2] * change.box[3])


def _area(polygon: Sequence[tuple[float, float]]) -> float:
    return float(cv2.contourArea(np.asarray(polygon, np.float32).reshape(-1, 1, 2)))


def _views(
    specimen: Specimen, registered: NDArray[np.uint8], comparison: Comparison, label: AigcLabel | None
) -> Views | None:
    """The pictures for people, that of the released one with its metadata label; none where nothing was changed, or nearly all."""
    if label is None or not comparison.changes or unchanged_share(comparison) < SHOWN_SHARE:
        return None
    drawn = draw_map(specimen.rgb, registered, comparison)
    upload, laid, map_ = (
        encode_picture(each, media_type=MediaType.JPEG, quality=VIEW_QUALITY) for each in drawn
    )
    # The others are made of a stranger's file, which our label must not vouch for.
    laid = implicit_label.write(laid, label)
    return Views(upload, laid, map_)
