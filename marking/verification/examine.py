"""Examine one file: evidence from its bytes and pixels, then from the registry, then the verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from django.conf import settings

from marking.marks.fingerprint import CHANGED, Region, distance, largest_change
from marking.marks.implicit_label import Service, Status
from marking.media import Limits
from marking.registry import lookup
from marking.registry.models import Registration, Variant
from marking.verification.collecting.bounded import collect_bounded
from marking.verification.collecting.label_signatures import NOT_OURS
from marking.verification.collecting.specimen import Specimen
from marking.verification.origin import Candidate, Comparison, marked_here, named_work
from marking.verification.recognition import NotCompared
from marking.verification.released import recognised_work
from marking.verification.report import (
    ByLayer,
    Evidence,
    Fact,
    Finding,
    Layer,
    MarkedHere,
    Report,
    inconclusive,
    shown_name,
)
from marking.verification.weighing import weigh
from marking.works import numbers, provider
from marking.works.models import Work


def examine(path: Path, name: str, *, on_layer: Callable[[Evidence], None] | None = None) -> Report:
    """Say what the file at ``path`` is. ``name`` is what its owner calls it, and only shown.

    ``on_layer`` is called with each piece of evidence as soon as it is there, in the calling thread, and before the
    registry was asked about it; what it raises ends the examination.

    Writes nothing and keeps nothing. Raises :class:`marking.media.Refused` for a file of which nothing is
    examined: empty, of an unknown format, or beyond the limits. Any other damage is said in the report.
    """
    keys = tuple(bytes.fromhex(key) for key in settings.KEYS.watermark_keys)
    label_keys = tuple(each.key.public for each in provider.signing_keys())
    specimen = Specimen(path, Limits(), keys, settings.OWN_ROOTS, label_keys=label_keys)
    collected = collect_bounded(specimen, on_layer=on_layer)
    evidence = _recognised(specimen, tuple(_asked(each) for each in collected))
    return Report(
        file=shown_name(name),
        verdict=weigh(evidence).verdict,
        marked_here=_origin({each.layer: each for each in evidence}),
        evidence=evidence,
    )


def _asked(evidence: Evidence) -> Evidence:
    """Return the evidence with what the registry knows about it."""
    match evidence.layer, evidence.finding:
        case Layer.HASH, Finding.UNREGISTERED:
            return _hashed(evidence)
        case Layer.WATERMARK, Finding.UNREGISTERED:
            return _known(evidence, lookup.by_payload(int(str(evidence.facts["payload"]))))
        case Layer.IMPLICIT_LABEL, Finding.VALID:
            return _held_to_account(evidence)
        case Layer.FINGERPRINT, Finding.NOT_FOUND:
            return _likened(evidence)
        case _:
            return evidence


def _hashed(evidence: Evidence) -> Evidence:
    """Return what the exact hash names: a released file, or a copy of its work without the visible label."""
    sha256 = str(evidence.facts["sha256"])
    if (registration := lookup.by_sha256(sha256)) is not None:
        return _known(evidence, registration)
    variant = lookup.variant_by_sha256(sha256)
    return _known(evidence, variant.registration if variant else None)


def _held_to_account(evidence: Evidence) -> Evidence:
    """Return a label in this site's own name as invalid unless it is ours: anybody can write a name."""
    if evidence.facts.get("producer") != provider.name(Service.GENERATION) or _is_ours(evidence):
        return evidence
    faults = evidence.facts.get("faults")
    facts = {**evidence.facts, "faults": (*(faults if isinstance(faults, tuple) else ()), NOT_OURS)}
    return Evidence(Layer.IMPLICIT_LABEL, Finding.INVALID, facts)


def _is_ours(evidence: Evidence) -> bool:
    """Whether a label's number is that of a registered work, and its signature ours if that work's is signed."""
    try:
        registration = lookup.by_payload(numbers.read(str(evidence.facts.get("produce_id"))))
    except ValueError:
        return False
    if registration is None:
        return False
    labels = [mark for mark in registration.work.marks if mark["name"] == Layer.IMPLICIT_LABEL]
    is_signed = any(mark.get("reserved_code1") for mark in labels)
    return not is_signed or evidence.facts.get("signature") == Status.VALID_PINNED


def _known(evidence: Evidence, registration: Registration | None) -> Evidence:
    if registration is None:
        return evidence
    facts = {**evidence.facts, "work": registration.work.code}
    return Evidence(evidence.layer, Finding.REGISTERED, facts)


def _likened(evidence: Evidence) -> Evidence:
    found = lookup.near(bytes.fromhex(str(evidence.facts["fingerprint"])))
    if not found:
        return evidence
    registration, bits = found[0]
    work = registration.work
    facts = {**evidence.facts, "work": work.code, "distance": bits, "propagator": _propagator(work)}
    return Evidence(Layer.FINGERPRINT, Finding.NEAR_COPY, facts)


def _recognised(specimen: Specimen, evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Return the evidence with the watermark that was not read, but found again beside a released file."""
    by_layer = {each.layer: each for each in evidence}
    taken = by_layer[Layer.FINGERPRINT].facts.get("fingerprint")
    if taken is None or by_layer[Layer.WATERMARK].finding is not Finding.NOT_FOUND:
        return evidence
    try:
        found = recognised_work(specimen, bytes.fromhex(str(taken)))
    except NotCompared as missing:
        by_layer[Layer.WATERMARK] = inconclusive(Layer.WATERMARK, missing.reason)
        return tuple(by_layer.values())
    if found is None:
        return evidence
    facts: dict[str, Fact] = {"work": found.work, "coverage": round(found.coverage, 2)}
    by_layer[Layer.WATERMARK] = Evidence(Layer.WATERMARK, Finding.RECOGNISED, facts)
    return tuple(by_layer.values())


def _origin(evidence: ByLayer) -> MarkedHere | None:
    work = named_work(evidence)
    registration = lookup.by_payload(numbers.read(work)) if work else None
    if work is None or registration is None:
        return None
    marks = frozenset(Layer(mark["name"]) for mark in registration.work.marks)
    variant = _given_out_unlabelled(evidence, registration)
    comparison = _comparison(evidence, registration, variant)
    return marked_here(
        evidence, Candidate(work, marks, comparison, _propagator(registration.work), variant is not None)
    )


def _propagator(work: Work) -> str:
    """Return as whom this site passed ``work`` on in its metadata label; empty where that was not written down."""
    labels = [mark for mark in work.marks if mark["name"] == Layer.IMPLICIT_LABEL]
    return str(labels[0].get("content_propagator", "")) if labels else ""


def _given_out_unlabelled(evidence: ByLayer, registration: Registration) -> Variant | None:
    """Return the copy without the visible label that this site gave out and that the file is, or looks like.

    None where a visible label is in the file. A labelled file whose label was painted over differs from such a copy in
    the label's own place.
    """
    if evidence[Layer.EXPLICIT_LABEL].finding is not Finding.NOT_FOUND:
        return None
    sha256 = evidence[Layer.HASH].facts.get("sha256")
    layout = bytes.fromhex(str(evidence[Layer.FINGERPRINT].facts.get("layout", "")))
    for variant in registration.variants.all():
        if variant.sha256 == sha256 or (layout and largest_change(bytes(variant.layout), layout) <= CHANGED):
            return variant
    return None


def _comparison(evidence: ByLayer, registration: Registration, variant: Variant | None) -> Comparison | None:
    """Return how the picture compares with the registered one, or with that copy of it; None where it was not examined."""
    facts = evidence[Layer.FINGERPRINT].facts
    if "layout" not in facts:
        return None
    without_label = variant is None and evidence[Layer.EXPLICIT_LABEL].finding is Finding.NOT_FOUND
    return Comparison(
        distance=_distance(facts, variant or registration),
        change=largest_change(
            bytes((variant or registration).layout),
            bytes.fromhex(str(facts["layout"])),
            # a label that was taken away is missing, and the picture around it may be whole
            outside=_label_region(registration) if without_label else None,
        ),
        stretch=_aspect(facts["width"], facts["height"]) / _aspect(registration.width, registration.height),
    )


def _distance(facts: Mapping[str, Fact], registered: Registration | Variant) -> int | None:
    """Return the distance of the fingerprints; None where one of the pictures has no structure."""
    if "fingerprint" not in facts or not registered.is_distinctive:
        return None
    return distance(bytes.fromhex(str(facts["fingerprint"])), bytes(registered.fingerprint))


def _aspect(width: Fact, height: Fact) -> float:
    return int(str(width)) / int(str(height))


def _label_region(registration: Registration) -> Region | None:
    """Return where the visible label was drawn; None for a work without one."""
    boxes = [mark["box"] for mark in registration.work.marks if mark["name"] == Layer.EXPLICIT_LABEL]
    if not boxes:
        return None
    x, y, across, down = boxes[0]
    width, height = registration.width, registration.height
    return x / width, y / height, (x + across) / width, (y + down) / height
