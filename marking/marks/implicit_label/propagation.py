"""Pass on a file that somebody else made: keep the producer's fields as they are, and put ours behind them.

Labelling Measures Art. 6: a distributor adds the fields of propagation to the metadata, whether the file says itself
that it is generated (1), its uploader says so (2), or traces make it suspected (3).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from marking.marks.implicit_label.label import AigcLabel
from marking.marks.implicit_label.reading import FoundLabel, Reading
from marking.marks.implicit_label.security_data import Status, check_producer, signed_by_propagator
from marking.marks.implicit_label.sm2 import SigningKey

Doubt = Literal["2", "3"]
"""``Label`` of a file that brings none: it was declared ("may be"), or traces were found ("suspected")."""


_WRITTEN_BY_DISTRIBUTORS = {
    f"{fault}:{name}" for fault in ("empty", "missing") for name in ("ContentPropagator", "PropagateID")
}
"""Faults of a label that whoever passes the file on puts right."""


@dataclass(frozen=True)
class Propagator:
    """The distributor: name or provider code, its number for this content, and the key it signs with."""

    name: str
    number: str
    key: SigningKey = field(repr=False)


def kept_label(reading: Reading) -> AigcLabel | None:
    """Return the label of a file that must be passed on; ``None`` if it has none that can be.

    It is the only label of the file (GB 45438-2025 clause 6.1 c) or stands there several times alike, keeps Annex E but for
    fields of propagation that are empty, and its signature isn't broken.
    """
    values = {found.value for found in reading.labels}
    label = next(iter(values), None)
    if label is None or len(values) > 1 or not all(map(_is_whole, reading.labels)):
        return None
    return None if check_producer(label).status is Status.INVALID else label


def _is_whole(found: FoundLabel) -> bool:
    return found.value is not None and not set(found.faults) - _WRITTEN_BY_DISTRIBUTORS


def propagated(label: AigcLabel, by: Propagator) -> AigcLabel:
    """Return ``label`` as ``by`` passes it on.

    ``Label``, ``ContentProducer``, ``ProduceID`` and ``ReservedCode1`` stay character by character. Raises
    ``ValueError`` if the outcome breaks Annex E.
    """
    ours = replace(label, content_propagator=by.name, propagate_id=by.number, reserved_code2="")
    ours.require_valid()
    return signed_by_propagator(ours, by.key)


def doubted(doubt: Doubt, by: Propagator) -> AigcLabel:
    """Return the label for a file that brings none; its production fields are empty: who made it isn't known.

    Raises ``ValueError`` if a value breaks Annex E.
    """
    return propagated(AigcLabel(doubt, "", ""), by)
