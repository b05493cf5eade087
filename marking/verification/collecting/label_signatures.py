"""The signatures of a metadata label as facts of a report. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from marking.marks.implicit_label import AigcLabel, PublicKey, Status, check_producer, check_propagator

BROKEN_SIGNATURE = "broken_signature"
"""Fault of a metadata label whose signature does not fit it; the reason where it is the only one."""

NOT_OURS = "not_ours"
"""Fault of a metadata label that names this site as its producer and a work that is none of it, or lacks our signature."""


def signature_facts(label: AigcLabel | None, pinned: Sequence[PublicKey]) -> dict[str, str]:
    """Return the codes of ``Status`` for both signatures, and the fingerprint of the key that the producer's fits.

    ``pinned``: the keys of this site.
    """
    if label is None:
        return {}
    producer, propagator = check_producer(label, pinned), check_propagator(label, pinned)
    facts = {"signature": producer.status.value, "propagation_signature": propagator.status.value}
    if producer.key is not None and producer.status is not Status.INVALID:
        facts["signature_key"] = producer.key.fingerprint
    return facts


def is_broken(facts: Mapping[str, str]) -> bool:
    """Whether one of the signatures does not fit its label."""
    return Status.INVALID.value in (facts.get("signature"), facts.get("propagation_signature"))
