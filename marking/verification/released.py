"""Lay a file beside those released ones that its marks name, or that it looks like, where they are still in the storage."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from marking.comparison import Lie
from marking.marks.fingerprint import CANDIDATE, SAME_PICTURE
from marking.media import Refused
from marking.registry import lookup
from marking.registry.models import Registration
from marking.verification.collecting.quarantine import Quarantine
from marking.verification.likeness import is_single, turns_in
from marking.verification.report import Evidence, Layer
from marking.verification.side_by_side import MOST_COMPARED, NotCompared, Released, SideBySide, lay_bounded
from marking.works import files, gate, provider
from marking.works.likenesses import proven
from marking.works.models import Work

logger = logging.getLogger(__name__)


def beside_named(quarantine: Quarantine, work: Work, told: Lie | None = None) -> SideBySide | None:
    """Return how the file lies on the released picture of the work that its marks name; None where nobody can tell.

    ``told``: how it is said to lie, as `lie_of` gives it.
    """
    return _laid(quarantine, [work], is_named=True, told=told)


def beside_likely(quarantine: Quarantine, works: Sequence[Work]) -> SideBySide | None:
    """Return of which of these works the file is a copy, as its known watermark tells or its looks; None where of none.

    Only the first `MOST_COMPARED` that are still released are compared. Raises NotCompared where the storage refuses or the
    comparison was cut off.
    """
    return _laid(quarantine, works, is_named=False)


def likely_works(looks: Evidence) -> list[Work]:
    """Return the works that a picture may be a copy of, or show a part of, likest first, each once.

    ``looks``: the evidence of the fingerprint, with what the collector took for this.
    """
    found = [*_same(looks), *_in_part(looks), *_alike(looks)]
    return list({registration.pk: registration.work for registration in found}.values())


def _same(looks: Evidence) -> list[Registration]:
    """The same picture, however turned."""
    if "fingerprint" not in looks.facts:
        return []
    return [each.registration for each in lookup.near_any_way(turns_in(looks), radius=SAME_PICTURE)]


def _alike(looks: Evidence) -> list[Registration]:
    """Pictures alike enough to be compared."""
    if "fingerprint" not in looks.facts:
        return []
    taken = bytes.fromhex(str(looks.facts["fingerprint"]))
    return [registration for registration, _ in lookup.near(taken, radius=CANDIDATE)]


def _in_part(looks: Evidence) -> list[Registration]:
    """Pictures of which this one shows a part; the other way round, if none."""
    features = looks.facts.get("features")
    for each in features if isinstance(features, tuple) else ():
        if found := lookup.by_features(bytes.fromhex(str(each))):
            return [likeness.registration for likeness in found]
    return []


def _laid(
    quarantine: Quarantine, works: Sequence[Work], *, is_named: bool, told: Lie | None = None
) -> SideBySide | None:
    kept = [work for work in works if gate.is_served(work)][:MOST_COMPARED]
    if not kept:
        return None
    try:
        with ExitStack() as lent:
            candidates = [_lent(work, lent) for work in kept]
            return lay_bounded(quarantine, candidates, is_named=is_named, told=told)
    except OSError as error:
        logger.warning("released files could not be had for a comparison: %s", type(error).__name__)
        raise NotCompared("broke") from error


def _lent(work: Work, lent: ExitStack) -> Released:
    """The work's files, as they lie on this machine for now."""
    boxes = [mark["box"] for mark in work.marks if mark["name"] == Layer.EXPLICIT_LABEL]
    picture = _single(_local(work.marked_path, lent)) if work.marked_path else None
    return Released(
        work=work.code,
        payload=work.number,
        reference=_local(files.reference_name(work.code), lent),
        picture=picture,
        likeness=proven(work, _local(files.likeness_name(work.code), lent)) if picture else None,
        size=(work.width, work.height) if work.width and work.height else None,
        label_box=tuple(boxes[0]) if boxes else None,
        label=provider.first_label(work.code),
    )


def _local(name: str, lent: ExitStack) -> Path | None:
    """Where a stored file lies for now; None for one that is not kept."""
    try:
        path = lent.enter_context(files.local(name))
    except FileNotFoundError:
        return None
    return path if path.exists() else None


def _single(path: Path | None) -> Path | None:
    """The released file, if it is a single picture: of one that moves nobody knows which frame the file shows."""
    try:
        return path if path is not None and is_single(path) else None
    except Refused:
        return None
