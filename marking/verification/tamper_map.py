"""What was changed in a picture that was marked here, to look at and to read."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image

from marking.verification.report import Change, Layer, Report, Views

Size = tuple[int, int]

REGIONS: Mapping[str, Promise] = {
    "added": _("Something was added."),
    "removed": _("Something was taken out, and the place filled in."),
    "replaced": _("This part shows something else than the released picture."),
    "background": _("The background is another one."),
    "recoloured": _("The colours are others."),
    "label_erased": _("The visible label was erased or covered."),
}
"""Kinds of changed regions, as people read them."""
_OTHER = _("This part differs from the released picture.")

WHOLE: Mapping[str, Promise] = {
    "cropped": _("Cropped: a part of the released picture is not in this file."),
    "mirrored": _(
        "Mirrored: the picture is shown as in a mirror, left and right or top and bottom exchanged."
    ),
    "framed": _(
        "Framed: around the picture is something else, such as a border, other pictures, a page or a screen."
    ),
}
"""Kinds of changes that concern the picture as a whole."""

_PLACES: tuple[tuple[Promise, ...], ...] = (
    (_("at the upper left"), _("at the top"), _("at the upper right")),
    (_("at the left"), _("in the middle"), _("at the right")),
    (_("at the lower left"), _("at the bottom"), _("at the lower right")),
)  # fmt: skip
_NEARLY_ALL = _("nearly the whole picture")

NEARLY_ALL = 0.6
"""Share of the picture above which a region has no place in it any more."""
ALMOST_CERTAIN, PROBABLE = 0.9, 0.6
"""Confidences from which a change is called so; below the second it is called possible."""


@dataclass(frozen=True)
class ShownRegion:
    """A changed region in words. ``number``, from 1, is the one in the map."""

    number: int
    sentence: str
    place: str
    share: str
    confidence: str


@dataclass(frozen=True)
class ShownPictures:
    """The three pictures of one size as addresses with everything in them (RFC 2397)."""

    map: str
    upload: str
    registered: str
    width: int
    height: int


@dataclass(frozen=True)
class ShownMap:
    """Changed regions, changes of the whole picture in sentences, and the pictures, where there are any."""

    regions: list[ShownRegion]
    whole: list[str]
    pictures: ShownPictures | None


def tamper_map(report: Report) -> ShownMap | None:
    """Return what is shown of the changes; None where nothing was compared, or nothing was changed."""
    changes = report.marked_here.changes if report.marked_here else ()
    if not changes and report.views is None:
        return None
    size = upload_size(report)
    local = [change for change in changes if change.kind not in WHOLE]
    return ShownMap(
        regions=[_region(number, change, size) for number, change in enumerate(local, start=1)],
        whole=[str(WHOLE[change.kind]) for change in changes if change.kind in WHOLE],
        pictures=_pictures(report.views) if report.views else None,
    )


def upload_size(report: Report) -> Size:
    """Return width and height of the upload as displayed, in pixels; that of its largest box where they are unknown."""
    facts = {name: fact for each in report.evidence if each.layer is Layer.FINGERPRINT
             for name, fact in each.facts.items()}  # fmt: skip
    if "width" in facts and "height" in facts:
        upright = int(str(facts["width"])), int(str(facts["height"]))
        return upright[::-1] if facts.get("turned") in (90, 270) else upright
    boxes = [change.box for change in report.marked_here.changes] if report.marked_here else []
    return max((x + w for x, _y, w, _h in boxes), default=1), max(
        (y + h for _x, y, _w, h in boxes), default=1
    )


def _region(number: int, change: Change, size: Size) -> ShownRegion:
    _x, _y, width, height = change.box
    share = width * height / (size[0] * size[1])
    return ShownRegion(
        number,
        sentence=str(REGIONS.get(change.kind, _OTHER)),
        place=str(_NEARLY_ALL if share > NEARLY_ALL else _place(change.box, size)),
        share=_share(share),
        confidence=_confidence(change.confidence),
    )


def _place(box: Sequence[int], size: Size) -> Promise:
    """Return which ninth of the picture the middle of a box lies in."""
    x, y, width, height = box
    column = min(int(3 * (x + width / 2) / size[0]), 2)
    row = min(int(3 * (y + height / 2) / size[1]), 2)
    return _PLACES[max(row, 0)][max(column, 0)]


def _share(share: float) -> str:
    if share < 0.01:
        return gettext("less than a hundredth of the picture")
    return gettext("about %(percent)d %% of the picture") % {"percent": round(100 * min(share, 1))}


def _confidence(confidence: float) -> str:
    if confidence >= ALMOST_CERTAIN:
        return gettext("almost certain")
    return gettext("probable") if confidence >= PROBABLE else gettext("possible")


def _pictures(views: Views) -> ShownPictures:
    with Image.open(BytesIO(views.map)) as picture:
        width, height = picture.size
    return ShownPictures(
        _address(views.map), _address(views.upload), _address(views.registered), width, height
    )


def _address(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
