"""The fields of a metadata label as facts of a report. Pure."""

from __future__ import annotations

from marking.marks.implicit_label import FoundLabel

_FACTS = {
    "Label": "label",
    "ContentProducer": "producer",
    "ProduceID": "produce_id",
    "ContentPropagator": "propagator",
    "PropagateID": "propagate_id",
}
"""Fields of Annex E, and the facts that report them. What stands in the reserved codes is not reported."""
_WITHHELD_FOR = frozenset({"bad_characters", "too_long", "not_text"})


def label_facts(found: FoundLabel) -> dict[str, str]:
    """Return the place of a label and its fields, without those whose value breaks the standard.

    Such a value is free text of a stranger, a name or a prompt perhaps: its fault says enough. A Label that is the number 1
    where the text "1" belongs says what it says.
    """
    if found.value is None:
        return {"place": found.place}
    withheld = _withheld(found.faults)
    fields = found.value.fields()
    shown = {fact: fields[name] for name, fact in _FACTS.items() if name not in withheld}
    return {"place": found.place, **shown}


def _withheld(faults: tuple[str, ...]) -> frozenset[str]:
    named = (fault.partition(":") for fault in faults)
    names = frozenset(name for code, _, name in named if code in _WITHHELD_FOR)
    return names | {"Label"} if "label_value" in faults else names - {"Label"}
