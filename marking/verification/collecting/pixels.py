"""The layers that are seen in the picture: visible label, watermark, fingerprint. Pure."""

from __future__ import annotations

from marking.marks import explicit_label, fingerprint, watermark
from marking.marks.fingerprint import features
from marking.verification.collecting.specimen import Specimen
from marking.verification.report import Evidence, Fact, Finding, Layer, inconclusive

READABLE_SIDE = 2 * watermark.MINIMUM_SIDE
"""Pixels of the short side below which a copy has less than one tile of the watermark's canvas: a missing one says nothing."""


def find_explicit_label(specimen: Specimen) -> Evidence:
    """Look for a visible label in the corners of the upright picture.

    Facts: text, confidence, box (x, y, width, height, in the file as it is displayed), and the turn, if any.
    """
    if _is_too_small(specimen):
        return inconclusive(Layer.EXPLICIT_LABEL, "too_small")
    found = explicit_label.find(specimen.upright)
    if found is None:
        told = explicit_label.would_be_read(specimen.upright)
        return Evidence(Layer.EXPLICIT_LABEL, Finding.NOT_FOUND, {**specimen.turn.facts(), **_unless(told)})
    height, width = specimen.upright.shape[:2]
    facts: dict[str, Fact] = {
        "text": found.wording.value,
        "box": specimen.turn.box(found.box, height, width),
        "confidence": round(found.score, 3),
        **specimen.turn.facts(),
    }
    return Evidence(Layer.EXPLICIT_LABEL, Finding.FOUND, facts)


def _unless(is_readable: bool) -> dict[str, Fact]:
    """The fact, not reported, that the mark would not be found even if it were there."""
    return {} if is_readable else {"is_readable": False}


def _is_too_small(specimen: Specimen) -> bool:
    """Nothing below this size is marked, and a copy made so small has lost its marks: no telling."""
    short_side: int = min(specimen.rgb.shape[:2])
    return short_side < watermark.MINIMUM_SIDE


def find_watermark(specimen: Specimen) -> Evidence:
    """Look for a mark under any of our keys. The fact ``payload`` is for the registry, and not reported.

    Of an animation whose first frame holds none, being black perhaps, some later frames are asked.
    """
    if _is_too_small(specimen):
        return inconclusive(Layer.WATERMARK, "too_small")
    found = watermark.detect_any(specimen.rgb, specimen.keys) or _detected_later(specimen)
    if found is None:
        is_large = min(specimen.rgb.shape[:2]) >= READABLE_SIDE
        return Evidence(Layer.WATERMARK, Finding.NOT_FOUND, _unless(is_large))
    _, detection = found
    facts: dict[str, Fact] = {
        "payload": detection.payload,
        "confidence": round(detection.confidence, 3),
        "scale": round(detection.geometry.scale, 3),
        "rotation_degrees": round(detection.geometry.rotation_degrees, 1),
        "mirrored": detection.geometry.mirrored,
    }
    return Evidence(Layer.WATERMARK, Finding.UNREGISTERED, facts)


def _detected_later(specimen: Specimen) -> tuple[int, watermark.Detection] | None:
    detections = (watermark.detect_any(frame, specimen.keys) for frame in specimen.later_frames())
    return next((each for each in detections if each is not None), None)


def take_fingerprint(specimen: Specimen) -> Evidence:
    """Describe what the upright picture looks like.

    The facts ``fingerprint`` and ``layout`` (hex), ``width`` and ``height`` (pixels), and ``frames`` (pictures) are for the
    comparison with what was registered, and not reported.
    """
    height, width = specimen.upright.shape[:2]
    small = fingerprint.shrunk(specimen.upright)
    facts: dict[str, Fact] = {
        "layout": fingerprint.layout(small).hex(),
        "width": width,
        "height": height,
        "frames": specimen.frames,
        **({"transparent": specimen.transparent} if specimen.transparent else {}),
        **specimen.turn.facts(),
    }
    turned = fingerprint.turned(small)
    if not specimen.is_read:
        facts |= _looks_to_ask_for(specimen, turned)
    if not fingerprint.is_distinctive(turned[0]):
        return Evidence(Layer.FINGERPRINT, Finding.NOT_DISTINCTIVE, facts)
    return Evidence(Layer.FINGERPRINT, Finding.NOT_FOUND, {**facts, "fingerprint": turned[0].hex()})


def _looks_to_ask_for(specimen: Specimen, turned: tuple[bytes, ...]) -> dict[str, Fact]:
    """What likely works are looked for by: fingerprints of every turn, local features of the picture and of its mirror image."""
    taken = features.take_mirrored_too(specimen.upright, most=features.MOST_ASKED)
    return {"turns": tuple(each.hex() for each in turned), "features": tuple(each.hex() for each in taken)}
