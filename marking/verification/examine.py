"""Examine one file: evidence from its bytes and pixels, then from the registry, then the verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.timezone import localdate

from marking.marks.fingerprint import CHANGED, Region, largest_change
from marking.media import Limits
from marking.policy.removal import forbidding
from marking.registry.models import Registration, Variant
from marking.verification.asking import asked, look_of_registered, propagator_of, registered, set_beside
from marking.verification.collecting.bounded import collect_bounded
from marking.verification.collecting.quarantine import Quarantine
from marking.verification.collecting.specimen import Specimen
from marking.verification.conflicts import conflicts
from marking.verification.laying import laid_beside, may_hold_others, with_other_works
from marking.verification.likeness import compare, look_in
from marking.verification.origin import Candidate, Comparison, marked_here, named_work
from marking.verification.report import (
    ByLayer,
    Evidence,
    Finding,
    Layer,
    MarkedHere,
    Report,
    State,
    shown_name,
)
from marking.verification.side_by_side import Laid
from marking.verification.stills import compared_with_frames, may_move
from marking.verification.weighing import weigh
from marking.works import gate, provider
from marking.works.models import Work
from marking.works.refuting import refutation_of
from marking.works.standing import Standing, dark_since


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
    with Quarantine(specimen) as quarantine:
        collected = collect_bounded(quarantine, on_layer=on_layer)
        by_layer, laid = laid_beside(quarantine, {each.layer: asked(each) for each in collected})
        by_layer = set_beside(by_layer, path.stat().st_size)
        origin = _origin(by_layer, laid)
        if origin is not None and may_hold_others(origin, laid):
            by_layer = with_other_works(quarantine, by_layer, laid)
    evidence = tuple(by_layer.values())
    return Report(
        file=shown_name(name),
        verdict=weigh(evidence).verdict,
        marked_here=origin,
        evidence=evidence,
        conflicts=conflicts(evidence),
        views=laid.views if laid and origin and origin.changes and _may_be_shown(origin, by_layer) else None,
    )


def _may_be_shown(origin: MarkedHere, evidence: ByLayer) -> bool:
    """Whether the released picture may be shown beside the file: the work is proven, and still given out."""
    registration = registered(origin.work)
    return registration is not None and gate.is_served(registration.work) and _is_proven(evidence)


def _is_proven(evidence: ByLayer) -> bool:
    """Whether the watermark names the work: on the word of metadata nobody gets to see a released picture."""
    return evidence[Layer.WATERMARK].finding in (Finding.REGISTERED, Finding.RECOGNISED)


def _origin(evidence: ByLayer, laid: Laid | None) -> MarkedHere | None:
    work = named_work(evidence)
    registration = registered(work) if work else None
    if work is None or registration is None:
        return None
    variant = _given_out_unlabelled(evidence, registration)
    comparison, is_still = _comparison(evidence, registration, variant)
    candidate = Candidate(
        work=work,
        marks=frozenset(Layer(mark["name"]) for mark in registration.work.marks),
        comparison=comparison,
        propagator=propagator_of(registration.work),
        is_unlabelled=variant is not None,
        changes=laid.changes if laid else (),
        is_laid=laid is not None,
        clauses=forbidding(settings.ENVIRONMENT["YINJI_JURISDICTIONS"]),
        is_still=is_still,
    )
    found = replace(marked_here(evidence, candidate), **_consent(registration.work))
    return replace(found, refutation=refutation_of(registration.work))


def _consent(work: Work) -> dict[str, Any]:
    """What the report says of ``work``, where somebody shown does not allow it any more or the desk turned its access off."""
    dark = dark_since(work)
    if dark is None or dark.since is None:
        return {}
    if dark.standing is Standing.BLOCKED:
        return {"consent": State.BLOCKED}
    state = State.CONSENT_ENDED if dark.standing is Standing.ENDED else State.DISPUTED
    return {"consent": state, "consent_since": localdate(dark.since).isoformat()}


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


def _comparison(
    evidence: ByLayer, registration: Registration, variant: Variant | None
) -> tuple[Comparison | None, bool]:
    """Return how the picture compares with the registered one, or with that copy of it; None where it was not examined.

    A picture that is not the first of a work that moves is compared with the others; the second value says that it is one.
    """
    look = look_in(evidence[Layer.FINGERPRINT])
    if look is None:
        return None, False
    without_label = variant is None and evidence[Layer.EXPLICIT_LABEL].finding is Finding.NOT_FOUND
    # a label that was taken away is missing, and the picture around it may be whole
    outside = _label_region(registration) if without_label else None
    comparison = compare(look, look_of_registered(variant or registration, registration), outside=outside)
    is_single = evidence[Layer.FINGERPRINT].facts.get("frames") == 1
    if comparison.is_same_picture or not is_single or not may_move(registration.work):
        return comparison, False
    return compared_with_frames(registration.work, look, outside) or (comparison, False)


def _label_region(registration: Registration) -> Region | None:
    """Return where the visible label was drawn; None for a work without one."""
    boxes = [mark["box"] for mark in registration.work.marks if mark["name"] == Layer.EXPLICIT_LABEL]
    if not boxes:
        return None
    x, y, across, down = boxes[0]
    width, height = registration.width, registration.height
    return x / width, y / height, (x + across) / width, (y + down) / height
