"""What the released files in the storage add to the evidence: copies recognised, pictures laid upon each other."""

from __future__ import annotations

from dataclasses import replace

from marking.registry import lookup
from marking.verification.asking import propagator_of, registered
from marking.verification.collecting.quarantine import Quarantine
from marking.verification.likeness import look_in
from marking.verification.origin import named_work
from marking.verification.parts import may_show_others, payloads_bounded
from marking.verification.released import beside_likely, beside_named, likely_works
from marking.verification.report import (
    ByLayer,
    Evidence,
    Fact,
    Finding,
    Layer,
    MarkedHere,
    State,
    inconclusive,
)
from marking.verification.side_by_side import Laid, NotCompared, SideBySide
from marking.verification.turning import lie_of


def laid_beside(quarantine: Quarantine, by_layer: ByLayer) -> tuple[ByLayer, Laid | None]:
    """Return the evidence with what the released files add to it, and how the file lies on one of them; None where on none."""
    if by_layer[Layer.HASH].finding is Finding.REGISTERED or look_in(by_layer[Layer.FINGERPRINT]) is None:
        return by_layer, None
    named = named_work(by_layer)
    try:
        found = _beside(quarantine, by_layer, named)
    except NotCompared as missing:
        is_open = by_layer[Layer.WATERMARK].finding is Finding.NOT_FOUND
        watermark = {Layer.WATERMARK: inconclusive(Layer.WATERMARK, missing.reason)} if is_open else {}
        return {**by_layer, **watermark}, None
    if found is None:
        return by_layer, None
    added = {} if named else _added(found, by_layer)
    return {**by_layer, **added}, found.laid


def _beside(quarantine: Quarantine, by_layer: ByLayer, named: str | None) -> SideBySide | None:
    if named:
        registration = registered(named)
        told = lie_of(by_layer[Layer.WATERMARK])
        return beside_named(quarantine, registration.work, told) if registration else None
    if by_layer[Layer.WATERMARK].finding is not Finding.NOT_FOUND:
        return None
    return beside_likely(quarantine, likely_works(by_layer[Layer.FINGERPRINT]))


def _added(found: SideBySide, by_layer: ByLayer) -> dict[Layer, Evidence]:
    """The evidence that a comparison with likely works gives: a known watermark, or looks."""
    if found.recognition is not None:
        facts: dict[str, Fact] = {"work": found.work, "coverage": round(found.recognition.coverage, 2)}
        return {Layer.WATERMARK: Evidence(Layer.WATERMARK, Finding.RECOGNISED, facts)}
    registration = registered(found.work)
    looks = {name: fact for name, fact in by_layer[Layer.FINGERPRINT].facts.items() if name != "distance"}
    looks |= {
        "work": found.work,
        "same": True,
        "propagator": propagator_of(registration.work) if registration else "",
    }
    return {Layer.FINGERPRINT: Evidence(Layer.FINGERPRINT, Finding.NEAR_COPY, looks)}


def may_hold_others(origin: MarkedHere, laid: Laid | None) -> bool:
    """Whether there is room in an altered picture for a part of another work."""
    return origin.state is State.ALTERED and (laid is None or any(map(may_show_others, origin.changes)))


def with_other_works(quarantine: Quarantine, evidence: ByLayer, laid: Laid | None) -> ByLayer:
    """Return the evidence with the further works whose watermark a part of the picture carries."""
    mark = evidence[Layer.WATERMARK]
    if mark.finding is not Finding.REGISTERED:
        return evidence
    registrations = map(lookup.by_payload, payloads_bounded(quarantine, laid.changes if laid else None))
    works = (each.work.code for each in registrations if each is not None)
    others = tuple(work for work in works if work != mark.facts["work"])
    if not others:
        return evidence
    return {**evidence, Layer.WATERMARK: replace(mark, facts={**mark.facts, "other_works": others})}
