"""The kinds of edits by name, and what one of them makes of one marked picture."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from tests.benchmarks.tampering import framing, labels, regions, screens, tones
from tests.benchmarks.tampering.shown import Box, Scene, Shown, Step
from tests.benchmarks.watermark.attacks import Picture, seed_of


class Group(StrEnum):
    """What verification has to say about an edited copy, beside the work it comes from."""

    REGION = "region"  # something in the picture is other than it was: where
    FRAME = "frame"  # nothing in it is, but it is cut, mirrored, or among other things: which
    WHOLE = "whole"  # nothing is


@dataclass(frozen=True)
class Kind:
    """An edit. ``statements``: the codes of the frame that a report has to name; ``names``: those that fit the region."""

    name: str
    group: Group
    steps: tuple[Step, ...]
    statements: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


FRAME_STATEMENTS = frozenset({"cropped", "mirrored", "framed", "turned"})
"""Codes of a report's changes that speak of the frame. All others say that a region of the picture was changed."""


def _region(name: str, *steps: Step, names: str, statements: str = "") -> Kind:
    return Kind(name, Group.REGION, steps, frozenset(statements.split()), frozenset(names.split()))


def _frame(name: str, *steps: Step, statements: str) -> Kind:
    return Kind(name, Group.FRAME, steps, frozenset(statements.split()))


_EVERYTHING = (regions.face_blended, labels.boxed, framing.cropped)

_KINDS = (
    _region("face_blended", regions.face_blended, names="replaced added"),
    _region("face_cloned", regions.face_cloned, names="replaced added"),
    _region("removed_inpainted", regions.removed_inpainted, names="removed replaced"),
    _region("removed_stamped", regions.removed_stamped, names="removed replaced"),
    _region("added_object", regions.added_object, names="added replaced"),
    _region("label_boxed", labels.boxed, names="label_erased"),
    _region("label_filled", labels.filled, names="label_erased"),
    _region("label_blurred", labels.blurred, names="label_erased"),
    _region("recoloured", regions.recoloured, names="recoloured replaced"),
    _region("corner_inpainted", regions.corner_inpainted, names="removed replaced"),
    _region("background_swapped", regions.background_swapped, names="background replaced"),
    _frame("cropped", framing.cropped, statements="cropped"),
    _frame("label_cropped", framing.label_cropped, statements="cropped"),
    _frame("mirrored", framing.mirrored, statements="mirrored"),
    _frame("turned", framing.turned, statements=""),
    _frame("collage_of_four", framing.collage_of_four, statements="framed"),
    _frame("collage_beside", framing.collage_beside, statements="framed"),
    _frame("screenshot", framing.screenshot, statements="framed"),
    _frame("photo_of_screen", screens.photographed, statements="framed"),
    Kind("metadata_stripped", Group.WHOLE, ()),
    Kind("toned", Group.WHOLE, (tones.toned,)),
    _region(
        "face_mirrored", regions.face_blended, framing.mirrored, names="replaced added", statements="mirrored"
    ),
    _region(
        "removed_cropped",
        regions.removed_inpainted,
        framing.cropped,
        names="removed replaced",
        statements="cropped",
    ),
    _region("added_toned", regions.added_object, tones.toned, names="added replaced"),
    _region(
        "face_on_screenshot",
        regions.face_cloned,
        framing.screenshot,
        names="replaced added",
        statements="framed",
    ),
    _region(
        "label_photographed", labels.boxed, screens.photographed, names="label_erased", statements="framed"
    ),
    _region(
        "everything",
        *_EVERYTHING,
        framing.screenshot,
        names="replaced added label_erased",
        statements="cropped framed",
    ),
    _region(
        "everything_photographed",
        *_EVERYTHING,
        screens.photographed,
        names="replaced added label_erased",
        statements="cropped framed",
    ),
)
KINDS = {kind.name: kind for kind in _KINDS}


@dataclass(frozen=True)
class Original:
    """What an edit begins with: the marked picture as it is shown, and its visible label's box, if it has one."""

    name: str
    rgb: Picture
    label: Box | None


def edited(original: Original, kind: Kind, others: tuple[Picture, ...], *, number: int, seed: int) -> Shown:
    """Copy ``number`` of a kind, before it is saved: the same for the same picture, kind, number, and seed.

    ``others``: pictures that were never marked, from which faces, objects, and neighbours are taken.
    Raises ValueError where there are none, or the picture has no label that could be edited.
    """
    if not others:
        raise ValueError("expected pictures that were never marked to take from, found none")
    random = np.random.default_rng(seed_of(seed, original.name, kind.name, number))
    shown, scene = Shown.untouched(original.rgb), Scene(random, others, original.label)
    for step in kind.steps:
        shown = step(shown, scene)
    return shown
