"""Collect evidence from one file, layer by layer, without a database. Pure.

`collect` runs in a child process (see :mod:`marking.media.bounded`) and is an outermost edge: a collector that
breaks on a stranger's file gives *inconclusive* for its own layer and takes no other down.
"""

from __future__ import annotations

import hashlib
import json
import logging
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from marking.marks import credential, explicit_label, fingerprint, implicit_label, watermark
from marking.marks.credential import Credential, Integrity, OwnRoots, Signer, TrustList
from marking.marks.implicit_label import FoundLabel, PublicKey
from marking.media import Limits, Refused, open_picture, read_header
from marking.pipeline.animation import sampled
from marking.verification.generators import find_traces
from marking.verification.label_fields import label_facts
from marking.verification.label_signatures import BROKEN_SIGNATURE, is_broken, signature_facts
from marking.verification.metadata import Metadata, read_metadata
from marking.verification.report import Evidence, Fact, Finding, Layer
from marking.verification.turning import UPRIGHT, Turn, turn_of

logger = logging.getLogger(__name__)

REFUSED_WHOLLY = frozenset({"empty_file", "unsupported_format", "too_large", "too_many_pixels"})
"""Refusals after which nothing is examined. After the others the pixels are out of reach, the bytes are not."""

BREAKAGES = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError,
    TypeError, ValueError, cv2.error, struct.error, zlib.error,
)  # fmt: skip
"""What parsers and decoders, ours and others', raise on files that nobody foresaw."""


@dataclass(frozen=True)
class Specimen:
    """A file under examination.

    ``keys``: the watermark's secrets, newest first; ``own_roots``: of the certificates that sign here; ``turn``: how it was
    turned; ``label_keys``: what our own metadata labels are signed with.
    """

    path: Path
    limits: Limits
    keys: tuple[bytes, ...] = field(repr=False)
    own_roots: OwnRoots = field(default=OwnRoots(), repr=False)
    turn: Turn = UPRIGHT
    label_keys: tuple[PublicKey, ...] = field(default=(), repr=False)

    def turned_as(self, evidence: Evidence) -> Specimen:
        """Return the specimen with the turn that the evidence tells, if it is the watermark's."""
        if evidence.layer is not Layer.WATERMARK or turn_of(evidence) == self.turn:
            return self
        return replace(self, turn=turn_of(evidence))

    @cached_property
    def data(self) -> bytes:
        """The file's bytes."""
        return self.path.read_bytes()

    @cached_property
    def metadata(self) -> Metadata:
        """What the file says in words."""
        return read_metadata(self.data)

    def later_frames(self) -> list[NDArray[np.uint8]]:
        """Some frames after the first, as `rgb`; none of a still, and of an animation longer than one that is marked."""
        try:
            if read_header(self.path, self.limits, minimum_side=False).frames == 1:
                return []
            return sampled(open_picture(self.path, self.limits, every_frame=True).frames)[1:]
        except Refused:
            return []

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """The pixels as they are displayed, uint8 (H, W, 3). Raises Refused when they cannot be had."""
        if isinstance(self._opened, Refused):
            raise self._opened
        return self._opened

    @cached_property
    def upright(self) -> NDArray[np.uint8]:
        """The pixels as they were before ``turn``, uint8 (H, W, 3). Raises as `rgb` does."""
        return self.rgb if self.turn == UPRIGHT else self.turn.undone(self.rgb)

    @cached_property
    def _opened(self) -> NDArray[np.uint8] | Refused:
        try:
            return open_picture(self.path, self.limits).rgb
        except Refused as refused:
            return refused


Collector = Callable[[Specimen], Evidence]


def collect(
    report: Callable[[str], None],
    specimen: Specimen,
    layers: Sequence[Layer],
    collectors: Mapping[Layer, Collector],
) -> None:
    """Report the evidence of each of ``layers``, in their order, as one JSON text each (see `decode`).

    Each is reported as soon as it is there, so that a child that dies later leaves it behind. What comes after the
    watermark sees the picture as upright as the watermark tells.
    Raises Refused, with a code of `REFUSED_WHOLLY`, for a file of which nothing is examined.
    """
    require_examinable(specimen)
    for layer in layers:
        evidence = examined(layer, collectors[layer], specimen)
        report(encode(evidence))
        specimen = specimen.turned_as(evidence)


def require_examinable(specimen: Specimen) -> None:
    """Raise Refused for a file of which not even the bytes are examined.

    A film, a sound or a document is examined for the sake of its label, if it has one.
    """
    try:
        read_header(specimen.path, specimen.limits, minimum_side=False)
    except Refused as refused:
        if refused.code in REFUSED_WHOLLY and not _is_labelled_otherwise(specimen, refused):
            raise


def _is_labelled_otherwise(specimen: Specimen, refused: Refused) -> bool:
    return refused.code == "unsupported_format" and bool(implicit_label.read(specimen.data).labels)


def examined(layer: Layer, collector: Collector, specimen: Specimen) -> Evidence:
    """Return what the collector found, or *inconclusive* with the reason why it found nothing out."""
    try:
        return collector(specimen)
    except Refused as refused:
        return inconclusive(layer, refused.code)
    except MemoryError:
        return inconclusive(layer, "out_of_memory")
    except BREAKAGES as error:
        # The message may quote the file; its kind is enough to find the fault.
        logger.warning("the collector of %s broke: %s", layer.value, type(error).__name__)
        return inconclusive(layer, "broke")


def inconclusive(layer: Layer, reason: str) -> Evidence:
    """Return the evidence of a layer that could not be examined. ``reason`` is a stable code."""
    return Evidence(layer, Finding.INCONCLUSIVE, {"reason": reason})


def encode(evidence: Evidence) -> str:
    """Return evidence as JSON, with all its facts."""
    return json.dumps([evidence.layer, evidence.finding, dict(evidence.facts)])


def decode(text: str) -> Evidence:
    """Return the evidence that `encode` wrote."""
    layer, finding, facts = json.loads(text)
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}
    return Evidence(Layer(layer), Finding(finding), values)


def find_explicit_label(specimen: Specimen) -> Evidence:
    """Look for a visible label in the corners of the upright picture.

    Facts: text, confidence, box (x, y, width, height, in the file as it is displayed), and the turn, if any.
    """
    if _is_too_small(specimen):
        return inconclusive(Layer.EXPLICIT_LABEL, "too_small")
    found = explicit_label.find(specimen.upright)
    if found is None:
        return Evidence(Layer.EXPLICIT_LABEL, Finding.NOT_FOUND, specimen.turn.facts())
    height, width = specimen.upright.shape[:2]
    facts: dict[str, Fact] = {
        "text": found.wording.value,
        "box": specimen.turn.box(found.box, height, width),
        "confidence": round(found.score, 3),
        **specimen.turn.facts(),
    }
    return Evidence(Layer.EXPLICIT_LABEL, Finding.FOUND, facts)


def _is_too_small(specimen: Specimen) -> bool:
    """Nothing below this size is marked, and a copy made so small has lost its marks: no telling."""
    short_side: int = min(specimen.rgb.shape[:2])
    return short_side < watermark.MINIMUM_SIDE


def find_implicit_label(specimen: Specimen) -> Evidence:
    """Read the AIGC field. Several labels are a fault (GB 45438-2025, 6.1 c); of several that agree the surest valid one counts.

    A broken signature makes a label invalid: its fields are not what somebody once signed. A field that breaks the
    standard is named by its fault alone.
    """
    reading = implicit_label.read(specimen.data)
    if not reading.labels:
        if reading.faults:
            return inconclusive(Layer.IMPLICIT_LABEL, reading.faults[0])
        return Evidence(Layer.IMPLICIT_LABEL, Finding.NOT_FOUND)
    best = min(reading.labels, key=_doubt)
    signatures = signature_facts(best.value, specimen.label_keys)
    broken = (BROKEN_SIGNATURE,) if is_broken(signatures) else ()
    faults = tuple(dict.fromkeys((*best.faults, *reading.faults, *broken)))
    facts: dict[str, Fact] = {
        **label_facts(best),
        **signatures,
        "faults": faults,
        "count": len(reading.labels),
    }
    if best.is_valid and broken:
        return Evidence(Layer.IMPLICIT_LABEL, Finding.INVALID, facts | {"reason": BROKEN_SIGNATURE})
    agree = len({each.value for each in reading.labels}) == 1
    finding = Finding.VALID if best.is_valid and agree else Finding.INVALID
    return Evidence(Layer.IMPLICIT_LABEL, finding, facts)


def _doubt(found: FoundLabel) -> tuple[bool, bool, str]:
    """Order labels: valid ones first, readable before unreadable, then "is" (1), "may be" (2), "suspected" (3)."""
    return not found.is_valid, found.value is None, found.value.label if found.value else ""


def find_credential(specimen: Specimen) -> Evidence:
    """Check the C2PA manifest: whether the file is as it was signed, and, apart from that, who signed it."""
    found = credential.read(specimen.data, specimen.own_roots)
    place = specimen.metadata.manifest_place
    if isinstance(found, Credential):
        return Evidence(
            Layer.CREDENTIAL, _credential_finding(found), {"place": place, **_credential_facts(found)}
        )
    if found is not None and (place or found.reason == "remote"):
        return inconclusive(Layer.CREDENTIAL, f"credential_{found.reason}")
    return _absent(Layer.CREDENTIAL, specimen)


def _credential_finding(found: Credential) -> Finding:
    if found.integrity is Integrity.BROKEN:
        return Finding.INVALID
    return Finding.VALID if found.signer is Signer.LISTED else Finding.UNTRUSTED


def _time_stamp(found: Credential) -> str:
    if not found.signed_at:
        return ""
    return "listed" if found.is_time_listed else "unknown"


def _credential_facts(found: Credential) -> dict[str, Fact]:
    """Who signed is an organisation's name in a certificate; names of people in a manifest have no fact here.

    ``named_work``, the work that anybody's credential names, is for the comparison with a released file, and not reported.
    """
    facts: dict[str, Fact] = {
        "integrity": found.integrity.value,
        "signer": found.signer.value,
        "trust_list": found.trust_list.value,
        "issuer": found.issuer,
        "signed_at": found.signed_at,
        "time_stamp": _time_stamp(found),
        "digital_source_type": found.source_type,
        "problems": found.problems,
        "history": "broken" if found.has_broken_history else "",
        "named_work": found.work,
    }
    is_ours = found.trust_list in (TrustList.THIS_SITE, TrustList.THIS_SITE_DEVELOPMENT)
    return facts | ({"work": found.work} if is_ours and found.work else {})


def find_generator(specimen: Specimen) -> Evidence:
    """Look for what generating programs leave in metadata. Facts: families of programs, never their texts."""
    traces = find_traces(specimen.metadata)
    if not traces:
        return _absent(Layer.GENERATOR, specimen)
    facts: dict[str, Fact] = {"tools": traces.families, "places": traces.places}
    if traces.source_type:
        facts["digital_source_type"] = traces.source_type
    return Evidence(Layer.GENERATOR, Finding.FOUND, facts)


def _absent(layer: Layer, specimen: Specimen) -> Evidence:
    """Nothing found; of a file that breaks off, or of metadata beyond the bounds, the rest may hold it."""
    if not specimen.metadata.is_known:
        return inconclusive(layer, "unsupported_format")
    if specimen.metadata.is_too_large:
        return inconclusive(layer, "metadata_too_large")
    if specimen.metadata.is_whole:
        return Evidence(layer, Finding.NOT_FOUND)
    return inconclusive(layer, "truncated")


def take_hash(specimen: Specimen) -> Evidence:
    """Hash the file's bytes with SHA-256. Whether the registry knows it is not known here."""
    return Evidence(Layer.HASH, Finding.UNREGISTERED, {"sha256": hashlib.sha256(specimen.data).hexdigest()})


def find_watermark(specimen: Specimen) -> Evidence:
    """Look for a mark under any of our keys. The fact ``payload`` is for the registry, and not reported.

    Of an animation whose first frame holds none, being black perhaps, some later frames are asked.
    """
    if _is_too_small(specimen):
        return inconclusive(Layer.WATERMARK, "too_small")
    found = watermark.detect_any(specimen.rgb, specimen.keys) or _detected_later(specimen)
    if found is None:
        return Evidence(Layer.WATERMARK, Finding.NOT_FOUND)
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

    The facts ``fingerprint`` and ``layout`` (hex), ``width`` and ``height`` (pixels) are for the comparison with what
    was registered, and not reported.
    """
    height, width = specimen.upright.shape[:2]
    facts: dict[str, Fact] = {
        "layout": fingerprint.layout(specimen.upright).hex(),
        "width": width,
        "height": height,
        **specimen.turn.facts(),
    }
    taken = fingerprint.fingerprint(specimen.upright)
    if not fingerprint.is_distinctive(taken):
        return Evidence(Layer.FINGERPRINT, Finding.NOT_DISTINCTIVE, facts)
    return Evidence(Layer.FINGERPRINT, Finding.NOT_FOUND, {**facts, "fingerprint": taken.hex()})


# Bytes before pixels: what kills a child is decoding. The watermark before what it brings upright. The credential last:
# its library unpacks what a stranger packed, and the limit of time, if it comes to that, costs no other layer.
COLLECTORS: Mapping[Layer, Collector] = {
    Layer.HASH: take_hash,
    Layer.IMPLICIT_LABEL: find_implicit_label,
    Layer.GENERATOR: find_generator,
    Layer.WATERMARK: find_watermark,
    Layer.FINGERPRINT: take_fingerprint,
    Layer.EXPLICIT_LABEL: find_explicit_label,
    Layer.CREDENTIAL: find_credential,
}
"""Who looks for what, in the order in which they do."""
