"""The facts of a metadata label's fields …"""

from __future__ import annotations

import json

import pytest

from marking.marks.implicit_label import FoundLabel
from marking.marks.implicit_label.parsing import parse_label
from marking.verification.collecting.label_fields import label_facts

SOUND = {
    "Label": "1",
    "ContentProducer": "00191110000000000000000000",
    "ProduceID": "N1",
    "ReservedCode1": "",
    "ContentPropagator": "00191110000000000000000000",
    "PropagateID": "N2",
    "ReservedCode2": "",
}


def facts_of(**changed: object) -> dict[str, str]:
    parsed = parse_label(json.dumps(SOUND | changed, ensure_ascii=False))
    return label_facts(FoundLabel(parsed.value, "webp:XMP", parsed.form, parsed.faults))


def test_a_sound_label_is_reported_without_its_reserved_codes() -> None:
    assert facts_of(ReservedCode1="sealed") == {
        "place": "webp:XMP",
        "label": "1",
        "producer": SOUND["ContentProducer"],
        "produce_id": "N1",
        "propagator": SOUND["ContentPropagator"],
        "propagate_id": "N2",
    }


@pytest.mark.parametrize(
    ("field", "value", "fact"),
    [
        ("Label", "secret prompt of zhang", "label"),
        ("Label", "secret", "label"),
        ("ProduceID", "张三的工作空间/提示词.png", "produce_id"),
        ("ContentProducer", {"prompt": "secret"}, "producer"),
        ("ContentPropagator", "x" * 1025, "propagator"),
        ("PropagateID", ["secret"], "propagate_id"),
    ],
)
def test_a_value_that_breaks_the_standard_is_not_reported(field: str, value: object, fact: str) -> None:
    facts = facts_of(**{field: value})
    assert fact not in facts
    assert len(facts) == 5


@pytest.mark.parametrize(("value", "shown"), [(1, "1"), (3, "3"), (4, None), (1.0, None), (None, None)])
def test_a_label_that_is_a_number_instead_of_a_text_is_told_if_it_is_one_of_the_three(
    value: object, shown: str | None
) -> None:
    assert facts_of(Label=value).get("label") == shown


def test_a_value_of_the_older_form_that_is_no_text_is_not_reported() -> None:
    parsed = parse_label('{"ServiceProvider": "cloud", "ContentId": {"prompt": "secret"}}')
    facts = label_facts(FoundLabel(parsed.value, "png:tEXt:AIGC", parsed.form, parsed.faults))
    assert facts["producer"] == "cloud"
    assert "secret" not in str(facts)


def test_an_unreadable_label_has_a_place_alone() -> None:
    assert label_facts(FoundLabel(None, "webp:XMP", "unreadable", ("not_json",))) == {"place": "webp:XMP"}
