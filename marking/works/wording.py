"""What people read about states, kinds and failures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marking.marks.explicit_label import Corner
from marking.works.declaration import Depicts, Kind
from marking.works.states import WorkState

STATES: dict[WorkState, Promise | str] = {
    WorkState.AWAITING_CONSENT: _("Awaiting consent"),
    WorkState.QUEUED: _("Queued"),
    WorkState.MARKING: _("Being marked"),
    WorkState.RELEASED: _("Released"),
    WorkState.CONSENT_ENDED: _("Consent ended"),
    WorkState.FAILED: _("Failed"),
    WorkState.DELETED: _("Deleted"),
}

KINDS: dict[Kind, Promise | str] = {
    Kind.DIALOGUE: _("Dialogue or writing that imitates a person"),
    Kind.VOICE: _("Synthetic or imitated voice"),
    Kind.FACE: _("Face generated, swapped, manipulated or posed"),
    Kind.SCENE: _("Immersive or lifelike scene"),
    Kind.CONTENT: _("Other content generated or noticeably changed"),
    Kind.OTHER: _("None of these"),
}

DEPICTS: dict[Depicts, Promise | str] = {
    Depicts.NOBODY: _("No: nobody real can be recognised"),
    Depicts.FACE: _("Yes, a real person's face"),
    Depicts.VOICE: _("Yes, a real person's voice"),
    Depicts.FACE_AND_VOICE: _("Yes, both face and voice"),
}

CORNERS: dict[str, Promise | str] = {
    "": _("Where it covers least"),
    Corner.BOTTOM_RIGHT: _("Bottom right"),
    Corner.BOTTOM_LEFT: _("Bottom left"),
    Corner.TOP_RIGHT: _("Top right"),
    Corner.TOP_LEFT: _("Top left"),
}

STEPS: dict[str, Promise | str] = {
    "": _("Waiting for a worker"),
    "decode": _("Opening the file"),
    "explicit_label": _("Drawing the visible label"),
    "watermark": _("Weaving in the watermark"),
    "encode": _("Writing the file"),
    "implicit_label": _("Writing the metadata label"),
    "credential": _("Signing the content credential"),
    "self_check": _("Checking that every mark can be found"),
    "previews": _("Making previews"),
}

MARKS: dict[str, tuple[Promise | str, Promise | str]] = {
    "explicit_label": (_("Visible label"), _("Burnt into an edge of the picture, for people to see.")),
    "watermark": (
        _("Invisible watermark"),
        _("The work number in the pixels; made to survive copies and recompression."),
    ),
    "implicit_label": (_("Metadata label"), _("The AIGC field of GB 45438-2025 in the file's XMP.")),
    "credential": (
        _("Content credential"),
        _("A signed C2PA manifest: what made the file, and that its bytes are as they were released."),
    ),
}

KEPT_LABEL = _(
    "The AIGC field of GB 45438-2025 in the file's XMP. The file came with a label of another provider: its fields were "
    "kept, and this site stands beside them as the distributor."
)
DEVELOPMENT_CREDENTIAL = _(
    "A signed C2PA manifest: what made the file, and that its bytes are as they were released. It is signed with a development "
    "certificate that this site made for itself, and that nobody else vouches for."
)
NOTES: dict[str, Promise | str] = {
    "10_bit": _("The picture had 10 bits for each colour and was reduced to 8."),
    "12_bit": _("The picture had 12 bits for each colour and was reduced to 8."),
    "16_bit": _("The picture had 16 bits for each colour and was reduced to 8."),
    "grey": _("The picture was grey; it is stored in colour now."),
    "palette": _("The picture had a palette of few colours; it is stored in full colour now."),
    "cmyk": _("The printing colours (CMYK) were converted to RGB."),
    "transparent_colour": _("The one colour that was transparent is stored as transparency now."),
    "orientation": _("The picture was turned upright; it no longer depends on a note in its metadata."),
    "icc_converted": _("The colours were converted to sRGB through the colour profile of the file."),
    "icc_dropped": _("The colour profile of the file could not be used and was left out."),
    "colours_as_srgb": _(
        "The file describes a wide or bright range of colours (HDR) that is not carried over: the colours may look "
        "different now."
    ),
    "crop_ignored": _("The file asks viewers to crop the picture; the whole picture was marked."),
    "still_dropped": _("The still picture beside the animation was left out; the animation is whole."),
    "gif_colours": _("GIF has room for 256 colours a frame: the marked frames are dithered."),
    "webp_lossy": _("The WebP was lossless; the marked picture is compressed with a small loss."),
    "as_jpeg": _("HEIC is only read here: the marked picture is a JPEG."),
    "as_png": _("HEIC is only read here: the marked picture, which is transparent in places, is a PNG."),
}
"""What was converted when a picture was opened and written, by the codes that the pure rooms give."""

LEFT_BEHIND: dict[str, Promise | str] = {
    "left_prompt": _("What a generator was asked for (prompt, parameters or workflow)"),
    "left_position": _("The place where the picture was taken (GPS)"),
    "left_camera": _("Details of the camera and of how the picture was taken (EXIF)"),
    "left_iptc": _("Editorial details such as title, author and rights (IPTC)"),
    "left_words": _("Comments and other texts, such as the program, the author or a description"),
    "left_xmp": _("Further properties in XMP"),
    "left_label": _(
        "A metadata label (AIGC) that could not be kept: it was damaged, not the only one, or named no other provider"
    ),
    "left_credential": _("A content credential that could not be read"),
    "left_density": _("The printing size (dpi), for which this format has no place outside EXIF"),
    "further_pictures": _(
        "Further pictures in the same file, such as a second view, a depth map or a gain map"
    ),
}
"""What of an upload the marked file goes without: kinds, never contents."""

UNSEEN_PSNR, UNSEEN_FLAT_PSNR, UNSEEN_SSIM = 40.0, 46.5, 0.95
"""Decibels, over all and in the flattest places, and similarity from which the page calls a watermark usually not visible. No test on people stands behind them."""


def describe_notes(notes: list[str]) -> list[str]:
    """What was converted when a work was marked, in the reader's language."""
    return [str(NOTES[note]) for note in notes if note in NOTES]


def describe_left_behind(notes: list[str]) -> list[str]:
    """Which kinds of metadata of the upload the marked file goes without, in the reader's language."""
    return [str(LEFT_BEHIND[note]) for note in notes if note in LEFT_BEHIND]


def name_marks(marks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The marks of a work for anybody: name, title and sentence."""
    return [
        {"name": mark["name"], "title": MARKS[mark["name"]][0], "sentence": sentence_about(mark)}
        for mark in marks
    ]


def describe_marks(marks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The marks of a work for its owner: as anybody sees them, (label, value) pairs as details, and a warning or ""."""
    return [
        named | {"details": _DETAILS[mark["name"]](mark), "warning": warning_about(mark)}
        for named, mark in zip(name_marks(marks), marks, strict=True)
    ]


def sentence_about(mark: Mapping[str, Any]) -> Promise | str:
    """What a mark is, for anybody."""
    if mark.get("is_kept"):
        return KEPT_LABEL
    return DEVELOPMENT_CREDENTIAL if mark.get("is_development") else MARKS[mark["name"]][1]


def warning_about(mark: Mapping[str, Any]) -> str:
    """What the owner has to know about a mark of a released work and can do about it; empty where all is well."""
    if mark.get("is_development"):
        return gettext(
            "Signed with a development certificate that this site made for itself: other programs will call the signer unknown."
        )
    if mark.get("source") in _SOURCES_TO_WARN_OF:
        return str(_SOURCES_TO_WARN_OF[mark["source"]])
    if mark.get("is_robust", True):
        return ""
    return gettext(
        "This picture has too little room for a watermark that survives sharing. It can be read in the released file, "
        "but copies that are shrunk or compressed may lose it. A larger picture, or one with more detail, holds it better."
    )


def _explicit_details(mark: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    return [
        (_("Text"), mark["text"]),
        (_("Height of its letters"), gettext("%(height)s px") % {"height": mark["glyph_height"]}),
        (_("Place (x, y, width, height)"), ", ".join(map(str, mark["box"]))),
        *([(_("Measured contrast"), f"{mark['contrast']:.1f} : 1")] if "contrast" in mark else []),
    ]


def _watermark_details(mark: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    return [
        (_("Payload"), gettext("%(bits)s bits") % {"bits": mark["bits"]}),
        (_("Confidence when checked"), f"{mark['confidence']:.0%}"),
        *(_rehearsal_details(mark["deflection"]) if "deflection" in mark else []),
        *(_quality_details(mark["quality"]) if "quality" in mark else []),
    ]


def _rehearsal_details(deflection: float) -> list[tuple[Any, Any]]:
    sentence = gettext("%(deflection)s times its noise") % {"deflection": f"{max(deflection, 0):.1f}"}
    return [(_("Signal in a copy that was cropped, halved and compressed"), sentence)]


def _quality_details(quality: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    x, y, width, height = quality["worst_tile"]
    return [
        (_("To the eye"), visibility(quality)),
        (_("Likeness to the picture without it (PSNR)"), f"{quality['psnr']:.1f} dB"),
        (_("PSNR in its flattest places"), f"{quality['flat_psnr']:.1f} dB"),
        (_("Structural similarity (SSIM)"), f"{quality['ssim']:.3f}"),
        (
            _("Worst spot"),
            gettext("%(psnr)s dB at x = %(x)d, y = %(y)d (%(width)d × %(height)d px)")
            % {"psnr": f"{quality['worst_tile_psnr']:.1f}", "x": x, "y": y, "width": width, "height": height},
        ),
    ]


def visibility(quality: Mapping[str, Any]) -> str:
    """Whether people are likely to see a watermark of this quality, in words."""
    unseen = {"psnr": UNSEEN_PSNR, "flat_psnr": UNSEEN_FLAT_PSNR, "ssim": UNSEEN_SSIM}
    if all(quality[figure] >= least for figure, least in unseen.items()):
        return gettext("Usually not visible.")
    return gettext("May be visible on a close look.")


def _implicit_details(mark: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    names = {"ContentProducer": "content_producer", "ProduceID": "produce_id"}
    if mark.get("is_kept"):
        names |= {"ContentPropagator": "content_propagator", "PropagateID": "propagate_id"}
    return [(name, mark[key]) for name, key in names.items()]


def _credential_details(mark: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    return [
        (_("Signed by"), mark["issuer"]),
        (_("Time stamp"), gettext("yes") if mark["timestamped"] else gettext("no")),
        (_("Credentials that the upload came with"), _SOURCES[mark["source"]]),
    ]


_SOURCES: Mapping[str, Promise] = {
    "none": _("none"),
    "kept": _("kept, as the history of this file"),
    "kept_broken": _("kept, but they did not match the upload"),
    "unreadable": _("could not be read and are not kept"),
}
_SOURCES_TO_WARN_OF: Mapping[str, Promise] = {
    "kept_broken": _(
        "The upload came with a content credential that does not match it: it was changed after it was signed."
    ),
    "unreadable": _(
        "The upload came with a content credential that could not be read, so its history ends here."
    ),
}

_DETAILS = {
    "explicit_label": _explicit_details,
    "watermark": _watermark_details,
    "implicit_label": _implicit_details,
    "credential": _credential_details,
}
