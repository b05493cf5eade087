"""Which metadata label a finished file gets: ours, or the one that its source brought along. Pure."""

from __future__ import annotations

from marking.marks.implicit_label import AigcLabel, Propagator, kept_label, propagated, read


def label_for(source: bytes, own: AigcLabel, propagator: Propagator | None) -> AigcLabel:
    """Return the label for the finished file of ``source``: ``own``, unless another provider's must be kept.

    A label that names its producer is passed on by ``propagator``, if that is given (Labelling Measures Art. 6). One
    that names none only says that somebody was in doubt, and ``own`` says more. Nor is one kept that names this site:
    anybody can write it, and a number of ours belongs to the picture that was given it.
    """
    found = kept_label(read(source)) if propagator else None
    if found is None or propagator is None:
        return own
    if found.content_producer in ("", own.content_producer, propagator.name):
        return own
    return propagated(found, propagator)
