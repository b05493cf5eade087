"""What the registry knows about the evidence: the works that hash, watermark, label, credential and likeness name."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

from marking.marks.implicit_label import Service, Status
from marking.registry import lookup
from marking.registry.models import Registration, Variant
from marking.verification.collecting.label_signatures import NOT_OURS
from marking.verification.conflicts import work_of
from marking.verification.likeness import Look, beside, look_in, turns_in
from marking.verification.origin import named_work
from marking.verification.report import Beside, ByLayer, Evidence, Fact, Finding, Layer
from marking.verification.stills import is_still
from marking.works import files, numbers, provider
from marking.works.models import Work

logger = logging.getLogger(__name__)

LARGEST_PREVIEW = 2 << 20
"""Bytes of a file that may be one of our previews, whose longest side has 1,024 pixels."""


def asked(evidence: Evidence) -> Evidence:
    """Return one layer's evidence with what the registry knows about it."""
    match evidence.layer, evidence.finding:
        case Layer.HASH, Finding.UNREGISTERED:
            return _hashed(evidence)
        case Layer.WATERMARK, Finding.UNREGISTERED:
            return known(evidence, lookup.by_payload(int(str(evidence.facts["payload"]))))
        case Layer.IMPLICIT_LABEL, Finding.VALID:
            return _held_to_account(evidence)
        case Layer.FINGERPRINT, Finding.NOT_FOUND:
            return _likened(evidence)
        case _:
            return evidence


def set_beside(evidence: ByLayer, size: int) -> ByLayer:
    """Return the evidence with what the works that label and credential name look like beside the picture.

    Metadata are copied easily, so they are held against the picture; and a preview that this site made of a labelled work is known
    by its bytes. ``size``: of the file, in bytes.
    """
    label = evidence.get(Layer.IMPLICIT_LABEL)
    works = tuple(_works_in(label)) if label and label.finding is Finding.VALID else ()
    changed = dict(evidence)
    if works and size <= LARGEST_PREVIEW:
        changed[Layer.HASH] = _previewed(evidence[Layer.HASH], works)
    if label and works:
        changed[Layer.IMPLICIT_LABEL] = _beside(label, works, changed)
    named = _work_in_credential(evidence.get(Layer.CREDENTIAL))
    if named:
        changed[Layer.CREDENTIAL] = _beside(evidence[Layer.CREDENTIAL], (named,), changed)
    return _with_frames(changed)


def _with_frames(evidence: ByLayer) -> ByLayer:
    """Return the evidence with the fact that a still work's picture is one of several, and the others nobody released."""
    looks, work = evidence.get(Layer.FINGERPRINT), named_work(evidence)
    if looks is None or work is None or int(str(looks.facts.get("frames", 0))) < 2:
        return evidence
    registration = registered(work)
    if registration is None or not is_still(registration.work):
        return evidence
    facts: dict[str, Fact] = {**looks.facts, "is_first_of_several": True}
    return {**evidence, Layer.FINGERPRINT: replace(looks, facts=facts)}


def known(evidence: Evidence, registration: Registration | None) -> Evidence:
    """Return the evidence with the work that is registered, or as it is."""
    if registration is None:
        return evidence
    facts = {**evidence.facts, "work": registration.work.code}
    return Evidence(evidence.layer, Finding.REGISTERED, facts)


def registered(code: object) -> Registration | None:
    """Return the registration of the work with this number, whoever says it; None for what is no number of a work."""
    try:
        return lookup.by_payload(numbers.read(str(code)))
    except ValueError:
        return None


def propagator_of(work: Work) -> str:
    """Return as whom this site passed ``work`` on in its metadata label; empty where that was not written down."""
    labels = [mark for mark in work.marks if mark["name"] == Layer.IMPLICIT_LABEL]
    return str(labels[0].get("content_propagator", "")) if labels else ""


def look_of_registered(each: Registration | Variant, registration: Registration) -> Look:
    """Return the look of a registered file, or of a copy of it without the visible label."""
    taken = bytes(each.fingerprint) if each.is_distinctive else b""
    return Look(taken, bytes(each.layout), registration.width, registration.height)


def _hashed(evidence: Evidence) -> Evidence:
    """Return what the exact hash names: a released file, or a copy of its work without the visible label."""
    sha256 = str(evidence.facts["sha256"])
    if (registration := lookup.by_sha256(sha256)) is not None:
        return known(evidence, registration)
    variant = lookup.variant_by_sha256(sha256)
    return known(evidence, variant.registration if variant else None)


def _held_to_account(evidence: Evidence) -> Evidence:
    """Return a label in this site's own name as invalid unless it is ours: anybody can write a name."""
    if evidence.facts.get("producer") != provider.name(Service.GENERATION) or _is_ours(evidence):
        return evidence
    faults = evidence.facts.get("faults")
    facts = {**evidence.facts, "faults": (*(faults if isinstance(faults, tuple) else ()), NOT_OURS)}
    return Evidence(Layer.IMPLICIT_LABEL, Finding.INVALID, facts)


def _is_ours(evidence: Evidence) -> bool:
    """Whether a label's number is that of a registered work, and its signature ours if that work's is signed."""
    registration = registered(evidence.facts.get("produce_id"))
    if registration is None:
        return False
    labels = [mark for mark in registration.work.marks if mark["name"] == Layer.IMPLICIT_LABEL]
    is_signed = any(mark.get("reserved_code1") for mark in labels)
    return not is_signed or evidence.facts.get("signature") == Status.VALID_PINNED


def _likened(evidence: Evidence) -> Evidence:
    found = lookup.near_any_way(turns_in(evidence))
    if not found:
        return evidence
    work = found[0].registration.work
    facts: dict[str, Fact] = {
        **evidence.facts,
        "work": work.code,
        "distance": found[0].distance,
        "propagator": propagator_of(work),
    }
    return Evidence(Layer.FINGERPRINT, Finding.NEAR_COPY, facts)


def _works_in(label: Evidence) -> Iterator[Registration]:
    """The registered works that a label in this site's own name names: as its producer, or as its distributor."""
    if label.facts.get("producer") == provider.name(Service.GENERATION):
        produced = registered(label.facts.get("produce_id"))
        yield from [produced] if produced else []
    passed_on = registered(label.facts.get("propagate_id"))
    if passed_on and label.facts.get("propagator") == propagator_of(passed_on.work):
        yield passed_on


def _work_in_credential(credential: Evidence | None) -> Registration | None:
    return registered(credential.facts.get("named_work")) if credential else None


def _beside(evidence: Evidence, works: tuple[Registration, ...], by_layer: ByLayer) -> Evidence:
    """Return metadata with the works that they name, and what the picture is beside the likest of these."""
    codes = tuple(each.work.code for each in works)
    facts: dict[str, Fact] = {**evidence.facts, "named_works": codes}
    return replace(evidence, facts={**facts, "picture": _picture(codes, works, by_layer).value})


def _picture(codes: tuple[str, ...], works: tuple[Registration, ...], by_layer: ByLayer) -> Beside:
    """A copy, where hash, watermark or fingerprint say so; else what the looks say."""
    likeness = by_layer.get(Layer.FINGERPRINT)
    is_alike = likeness is not None and likeness.finding is Finding.NEAR_COPY
    if work_of(by_layer) in codes or (is_alike and likeness and likeness.facts.get("work") in codes):
        return Beside.SAME
    look = look_in(likeness)
    seen = {beside(look, look_of_registered(each, each)) for each in works}
    return next(each for each in (Beside.SAME, Beside.NOT_COMPARED, Beside.OTHER) if each in seen)


def _previewed(exact: Evidence, works: tuple[Registration, ...]) -> Evidence:
    """Return the hash as that of a preview, if it is one that this site made of the work that the label names."""
    if exact.finding is not Finding.UNREGISTERED:
        return exact
    for each in works:
        if str(exact.facts["sha256"]) in _hashes_of_previews(each.work.code):
            return Evidence(Layer.HASH, Finding.PREVIEW, {**exact.facts, "work": each.work.code})
    return exact


def _hashes_of_previews(code: str) -> Iterator[str]:
    for which in ("before", "after"):
        try:
            with files.local(files.preview_name(code, which)) as path:
                yield files.sha256_of(path)
        except FileNotFoundError:  # the work's files were deleted
            continue
        except OSError as error:
            logger.warning("a preview could not be had for a comparison: %s", type(error).__name__)
