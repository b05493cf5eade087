"""AigcLabel: the seven fields of Annex E."""

from __future__ import annotations

from dataclasses import replace

import pytest

from marking.marks.implicit_label import AigcLabel
from tests.marking.marks.implicit_label.pictures import LABEL, PRODUCER

PRINTED = (
    '{"Label":"1","ContentProducer":"001191110102MACQD9K64010000","ProduceID":"PID-0001","ReservedCode1":"",'
    '"ContentPropagator":"001191110102MACQD9K64010000","PropagateID":"PID-0001","ReservedCode2":""}'
)


def test_it_prints_seven_fields_in_order() -> None:
    assert LABEL.to_json() == PRINTED
    assert len(PRINTED) == 197


def test_it_repeats_the_producer_on_first_writing() -> None:
    label = AigcLabel.first(producer=PRODUCER, produce_id="7", label="3", reserved_code1="ab")

    assert label == AigcLabel("3", PRODUCER, "7", "ab", PRODUCER, "7", "")


def test_it_escapes_a_quote() -> None:
    label = replace(LABEL, reserved_code1='{"a":1}')

    assert label.is_valid
    assert r'"ReservedCode1":"{\"a\":1}"' in label.to_json()


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, ()),
        ({"label": "4"}, ("label_value",)),
        ({"label": "AIGC"}, ("label_value",)),
        ({"content_producer": ""}, ("empty:ContentProducer",)),
        ({"produce_id": "a b"}, ("bad_characters:ProduceID",)),
        ({"produce_id": "a\\b"}, ("bad_characters:ProduceID",)),
        ({"produce_id": "a\n"}, ("bad_characters:ProduceID",)),
        ({"content_propagator": "某公司"}, ("bad_characters:ContentPropagator",)),
        ({"propagate_id": "x" * 1025}, ("too_long:PropagateID",)),
        ({"reserved_code2": "x" * 4096}, ()),
        ({"reserved_code2": "x" * 4097}, ("too_long:ReservedCode2",)),
        ({"label": "", "propagate_id": ""}, ("label_value", "empty:Label", "empty:PropagateID")),
    ],
)
def test_it_names_its_faults(changes: dict[str, str], faults: tuple[str, ...]) -> None:
    label = replace(LABEL, **changes)

    assert label.faults() == faults
    assert label.is_valid is (faults == ())


def test_it_refuses_a_first_label_that_breaks_annex_e() -> None:
    with pytest.raises(ValueError, match="Annex E, found bad_characters:ContentProducer"):
        AigcLabel.first(producer="印记", produce_id="1")
