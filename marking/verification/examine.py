"""Examine one file: evidence from its bytes and pixels, then from the registry, then the verdict."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from marking.marks.fingerprint import distance
from marking.media import Limits
from marking.registry import lookup
from marking.registry.models import Registration
from marking.verification.bounded_collection import collect_bounded
from marking.verification.collectors import Specimen
from marking.verification.origin import Candidate, marked_here, named_work
from marking.verification.report import ByLayer, Evidence, Finding, Layer, MarkedHere, Report, shown_name
from marking.verification.weighing import weigh
from marking.works import numbers


def examine(path: Path, name: str) -> Report:
    """Say what the file at ``path`` is. ``name`` is what its owner calls it, and only shown.

    Writes nothing and keeps nothing. Raises :class:`marking.media.Refused` for a file of which nothing is
    examined: empty, of an unknown format, or beyond the limits. Any other damage is said in the report.
    """
    keys = tuple(bytes.fromhex(key) for key in settings.KEYS.watermark_keys)
    collected = collect_bounded(Specimen(path, Limits(), keys))
    evidence = tuple(_asked(each) for each in collected)
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
            return _known(evidence, lookup.by_sha256(str(evidence.facts["sha256"])))
        case Layer.WATERMARK, Finding.UNREGISTERED:
            return _known(evidence, lookup.by_payload(int(str(evidence.facts["payload"]))))
        case Layer.FINGERPRINT, Finding.NOT_FOUND:
            return _likened(evidence)
        case _:
            return evidence


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
    facts = {**evidence.facts, "work": registration.work.code, "distance": bits}
    return Evidence(Layer.FINGERPRINT, Finding.NEAR_COPY, facts)


def _origin(evidence: ByLayer) -> MarkedHere | None:
    work = named_work(evidence)
    registration = lookup.by_payload(numbers.read(work)) if work else None
    if work is None or registration is None:
        return None
    marks = frozenset(Layer(mark["name"]) for mark in registration.work.marks)
    return marked_here(evidence, Candidate(work, marks, _distance(evidence, registration)))


def _distance(evidence: ByLayer, registration: Registration) -> int | None:
    """Return how far the picture is from the registered one; None where one of them has no structure."""
    taken = evidence[Layer.FINGERPRINT].facts.get("fingerprint")
    if taken is None or not registration.is_distinctive:
        return None
    return distance(bytes.fromhex(str(taken)), bytes(registration.fingerprint))
