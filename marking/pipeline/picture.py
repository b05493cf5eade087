"""The marking of one picture, step by step, from one file to another. Pure: no Django, no database.

It runs in a child process with hard limits (:mod:`marking.media.bounded`), because its first step decodes
a stranger's file. The order is the order of the marks' dependence: what people see, what lies in the
signal, then what describes the finished bytes. The last step opens the finished file again and looks for
every mark; a file that fails it is never released.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from marking.marks import explicit_label, fingerprint, implicit_label, watermark
from marking.marks.explicit_label import Corner, Placement, Wording
from marking.marks.fingerprint import features
from marking.marks.implicit_label import AigcLabel, Propagator
from marking.marks.watermark.embedding import Marked as Watermarked
from marking.marks.watermark.embedding import mark
from marking.marks.watermark.quality import Quality, measure
from marking.media import Limits, MediaType, Picture, open_picture
from marking.pipeline import animation, previews
from marking.pipeline.animation import Labelled, require_visible
from marking.pipeline.earlier import require_unmarked
from marking.pipeline.left_behind import left_behind
from marking.pipeline.likeness import keep_small
from marking.pipeline.provenance import Provenance, claim_of, is_credited, with_credential
from marking.pipeline.source_label import label_for

Pixels = NDArray[np.uint8]
Box = tuple[int, int, int, int]


class MarkMissing(Exception):
    """The self-check did not find a mark in the finished file. ``mark`` names it."""

    def __init__(self, mark: str) -> None:
        super().__init__(f"expected to find the {mark} in the finished file, found none that matches")
        self.mark = mark

    def __reduce__(self) -> tuple[type[MarkMissing], tuple[Any, ...]]:
        return MarkMissing, (self.mark,)


class OtherWatermark(MarkMissing):
    """The finished file is read as another work: its source carries that one's watermark, and it is the louder one."""

    def __init__(self, payload: int) -> None:
        super().__init__("watermark")
        self.payload = payload

    def __reduce__(self) -> tuple[type[OtherWatermark], tuple[Any, ...]]:
        return OtherWatermark, (self.payload,)


@dataclass(frozen=True)
class Order:
    """What to mark, with what, and where to leave the result.

    ``folder`` exists and is empty; ``payload`` has 48 bits; ``key`` is the watermark's secret. ``label`` is for a
    source without one; one that brings a label along keeps it and is passed on by ``propagator``, if that is given.
    ``earlier_keys`` are secrets that the site had before; a source that carries a watermark under one of them or ``key``
    is marked only with ``marks_anew``. Without a ``corner`` the visible label takes the quietest of those that cover least of
    ``keep_off``, boxes (x, y, width, height) in pixels such as faces. Only an owner's copy under Labelling Measures Art. 9 is not
    ``is_labelled``: it carries every other mark, and its previews are labelled all the same.
    """

    source: Path
    folder: Path
    payload: int
    key: bytes
    label: AigcLabel
    wording: Wording
    limits: Limits
    provenance: Provenance
    propagator: Propagator | None = None
    corner: Corner | None = None
    is_labelled: bool = True
    earlier_keys: tuple[bytes, ...] = ()
    marks_anew: bool = True
    keep_off: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Marked:
    """The finished file and what is in it. Paths lie in the order's folder; ``fingerprint`` has 32 bytes, ``layout`` 1024.

    ``turned``: the fingerprints of the picture in each of its turns, of an animation of every frame that looks otherwise than those before. ``features``: those of the picture before it was labelled, because all labels have the same.
    ``likeness``: the marked picture, small, for files to be laid beside; None of one that moves, and where it is small itself.
    ``notes``: what was converted on the way or left behind, as codes of :class:`marking.media.Picture`,
    :func:`marking.pipeline.animation.notes_on_output` and :func:`marking.pipeline.left_behind.left_behind`, and
    "left_credential".
    """

    path: Path
    before: Path
    after: Path
    reference: Path
    media_type: MediaType
    sha256: str
    size: int
    width: int
    height: int
    fingerprint: bytes
    is_distinctive: bool
    layout: bytes
    features: bytes
    marks: list[dict[str, Any]]
    notes: tuple[str, ...] = ()
    turned: tuple[bytes, ...] = ()
    likeness: Path | None = None


def mark_picture(report: Callable[[str], None], order: Order) -> Marked:
    """Carry out ``order``, naming each step to ``report``.

    Raises :class:`marking.media.Refused` for a picture that cannot be decoded or seen, :class:`MarkedBefore` for one that is not to be
    marked anew, SigningFailed without a credential, and :class:`MarkMissing` when the finished file lacks a mark.
    """
    report("decode")
    picture = open_picture(order.source, order.limits, every_frame=True)
    require_visible(picture)
    if not order.marks_anew:
        require_unmarked(picture, [order.key, *order.earlier_keys])
    own, order, left = order.label, *_with_label_of_source(order)
    report("explicit_label")
    labelled = _labelled(picture, order)
    report("watermark")
    watermarked, quality = _watermark(labelled, order)
    report("encode")
    media_type, encoded = animation.encode(picture, [each.picture for each in watermarked])
    report("implicit_label")
    labelled_file = implicit_label.write(encoded, order.label, origin=order.provenance.origin())
    report("credential")
    seen = np.ascontiguousarray(watermarked[0].picture[..., :3])
    claim = claim_of(order.provenance, order.label, seen, has_visible_label=order.is_labelled)
    data, credential_mark = with_credential(
        labelled_file, media_type, order.source, picture.media_type, claim, order.provenance
    )
    path = order.folder / f"marked.{media_type.extension}"
    path.write_bytes(data)
    report("self_check")
    # A lossless file may well be larger than what is accepted.
    limits = replace(order.limits, bytes=max(len(data), order.limits.bytes))
    finished = open_picture(path, limits, every_frame=True)
    confidence = check_frames(animation.sampled(finished.frames), data, order)
    report("previews")
    released, first = finished.rgb, labelled[0]
    hashed = fingerprint.fingerprint(released)
    return Marked(
        path=path,
        before=_written(
            previews.before(picture.rgb, order.wording, order.payload, order.key), order, "before"
        ),
        after=_written(
            previews.after(released, order.wording, has_label=first.placement is not None), order, "after"
        ),
        reference=_reference(first.pixels, order),
        media_type=media_type,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        width=released.shape[1],
        height=released.shape[0],
        fingerprint=hashed,
        is_distinctive=fingerprint.is_distinctive(hashed),
        layout=fingerprint.layout(released),
        features=features.take(picture.rgb),
        turned=animation.looks(finished.frames),
        likeness=keep_small(finished, order.folder),
        marks=[
            *([_describe_explicit_label(order, first.placement)] if first.placement else []),
            _describe_watermark(watermarked, quality, confidence),
            {"name": "implicit_label", **asdict(order.label), "is_kept": order.label != own},
            credential_mark,
        ],
        notes=(
            *picture.notes,
            *animation.notes_on_output(picture, media_type),
            *left,
            *(["left_credential"] if credential_mark["source"] == "unreadable" else []),
        ),
    )


def preview_picture(report: Callable[[str], None], order: Order) -> Path:
    """Write a small copy of the source, with the visible label, the work's watermark and the metadata label; return where.

    For whoever has to see a picture before it is released. Raises :class:`marking.media.Refused` for one that cannot be decoded or seen.
    """
    report("decode")
    picture = open_picture(order.source, order.limits, every_frame=False)
    require_visible(picture)
    report("previews")
    small = previews.before(picture.rgb, order.wording, order.payload, order.key)
    return _written(small, order, "asked")


def _with_label_of_source(order: Order) -> tuple[Order, tuple[str, ...]]:
    """The order with the label that the finished file gets, and which metadata of the source it goes without."""
    source = order.source.read_bytes()
    label = label_for(source, order.label, order.propagator)
    left = left_behind(source, implicit_label.read(source), keeps_label=label != order.label)
    return replace(order, label=label), left


def _labelled(picture: Picture, order: Order) -> list[Labelled]:
    if not order.is_labelled:
        return animation.as_they_are(picture)
    return animation.label(picture, order.wording, order.corner, order.keep_off)


def _watermark(labelled: list[Labelled], order: Order) -> tuple[list[Watermarked], Quality]:
    """Each frame watermarked, with its alpha if it has one, and what the watermark alone did to the first."""
    watermarked = [mark(each.pixels, order.payload, key=order.key) for each in labelled]
    return watermarked, measure(labelled[0].pixels, watermarked[0].picture)


def check_frames(released: Sequence[Pixels], data: bytes, order: Order) -> float:
    """Check some frames of a finished file as :func:`check_marks` does; return the median confidence.

    At least half of them must hold the watermark: a frame that is black from edge to edge has no room for one. One
    that names another work is never let out.
    """
    if len(released) == 1:
        return check_marks(released[0], data, order)
    _check_metadata(data, order)
    found = [watermark.detect(each, key=order.key) for each in released]
    right = [each.confidence for each in found if each is not None and each.payload == order.payload]
    other = next((each for each in found if each and each.payload != order.payload), None)
    if other is not None:
        raise OtherWatermark(other.payload)
    if 2 * len(right) < len(found):
        raise MarkMissing("watermark")
    if order.is_labelled and any(explicit_label.find(each) is None for each in released):
        raise MarkMissing("explicit_label")
    return median(right)


def check_marks(released: Pixels, data: bytes, order: Order) -> float:
    """Find every mark of ``order`` in a finished file again; return the watermark's confidence, 0 to 1.

    ``released``: the decoded pixels of ``data``. Raises :class:`MarkMissing` for the first that is not there, and
    :class:`OtherWatermark` where the watermark names another work.
    """
    _check_metadata(data, order)
    found = watermark.detect(released, key=order.key)
    if found is None:
        raise MarkMissing("watermark")
    if found.payload != order.payload:
        raise OtherWatermark(found.payload)
    if order.is_labelled and explicit_label.find(released) is None:
        raise MarkMissing("explicit_label")
    return found.confidence


def _check_metadata(data: bytes, order: Order) -> None:
    labels = implicit_label.read(data).labels
    if [each.value for each in labels if each.is_valid] != [order.label]:
        raise MarkMissing("implicit_label")
    if not is_credited(data, order.provenance):
        raise MarkMissing("credential")


def _describe_explicit_label(order: Order, placement: Placement) -> dict[str, Any]:
    return {
        "name": "explicit_label",
        "text": order.wording.value,
        "box": list(placement.box),
        "glyph_height": placement.glyph_height,
        "corner": placement.corner.value,
        "opacity": placement.opacity,
        "contrast": round(placement.contrast, 1),
    }


def _describe_watermark(
    watermarked: Sequence[Watermarked], quality: Quality, confidence: float
) -> dict[str, Any]:
    """``deflection``: of the median frame, since a few empty ones do no harm; ``quality``: of the first."""
    middle = sorted(watermarked, key=lambda each: each.deflection)[len(watermarked) // 2]
    return {
        "name": "watermark",
        "bits": watermark.PAYLOAD_BITS,
        "scheme": watermark.VERSION,
        "confidence": round(confidence, 3),
        "deflection": round(middle.deflection, 2),
        "is_robust": middle.is_robust,
        "quality": _rounded(quality),
    }


def _rounded(quality: Quality) -> dict[str, Any]:
    """The figures of ``quality`` as they are kept, to 0.01 dB and to 0.0001 of similarity."""
    return {
        "psnr": round(quality.psnr, 2),
        "flat_psnr": round(quality.flat_psnr, 2),
        "worst_tile_psnr": round(quality.worst_tile_psnr, 2),
        "worst_tile": list(quality.worst_tile),
        "ssim": round(quality.ssim, 4),
        "ssim_reduction": quality.ssim_reduction,
    }


def _written(preview: bytes, order: Order, name: str) -> Path:
    path = order.folder / f"{name}.jpg"
    path.write_bytes(implicit_label.write(preview, order.label, origin=order.provenance.origin()))
    return path


def _reference(pixels: Pixels, order: Order) -> Path:
    """What later copies are compared with: the canvas of the picture before its watermark, grey, as PNG."""
    side = watermark.marking_side(*pixels.shape[:2])
    canvas = np.clip(np.rint(watermark.luma_canvas(pixels, side)), 0, 255).astype(np.uint8)
    path = order.folder / "reference.png"
    Image.fromarray(canvas).save(path)
    return path
