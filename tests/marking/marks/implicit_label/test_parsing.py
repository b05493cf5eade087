"""parse_label: the JSON of a label, whoever wrote it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks.implicit_label.parsing import parse_label
from tests.marking.marks.implicit_label.pictures import LABEL, OLD_JSON, OLD_LABEL

FIELDS = LABEL.fields()


def changed(**changes: object) -> str:
    return json.dumps(FIELDS | changes)


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in FIELDS.items() if name not in names}


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (OLD_JSON, "bare"),
        ('{"AIGC":' + OLD_JSON + "}", "wrapped"),
        ('{"aigc" : ' + OLD_JSON + " }", "wrapped"),
        (json.dumps(OLD_LABEL.fields(), indent=2), "bare"),
    ],
)
def test_it_reads_bare_and_wrapped_objects(text: str, form: str) -> None:
    parsed = parse_label(text)

    assert (parsed.value, parsed.form, parsed.faults) == (OLD_LABEL, form, ())


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (json.dumps(without("ReservedCode1", "ReservedCode2")), ()),
        (json.dumps(without("PropagateID")), ("missing:PropagateID",)),
        (json.dumps(without("Label")), ("missing:Label", "label_value")),
        (changed(Label="9"), ("label_value",)),
        (changed(Label=1), ("not_text:Label",)),
        (changed(ReservedCode1={"SecurityData": {}}), ("not_text:ReservedCode1",)),
        (changed(Extra="x"), ("unknown_field",)),
        (json.dumps(without("PropagateID") | {"PropatorID": "PID-0001"}), ("misspelt:PropagateID",)),
        (json.dumps(without("Label") | {"label": "1"}), ("misspelt:Label",)),
        (changed(label="3"), ("repeated:Label",)),
        (OLD_JSON.replace('"', "&quot;"), ("double_escaped",)),
        (changed(ProduceID="编号 1"), ("bad_characters:ProduceID",)),
    ],
)
def test_it_reads_what_it_can_and_names_the_faults(text: str, faults: tuple[str, ...]) -> None:
    parsed = parse_label(text)

    assert parsed.value is not None
    assert parsed.faults == faults


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ("not_json",)),
        ('{"Label":"1"', ("not_json",)),
        ('["1"]', ("not_object",)),
        ('{"AIGC":"1"}', ("not_object",)),
        ("{}", ("empty_shell",)),
        ('{"AIGC":{}}', ("empty_shell",)),
        ('{"Label":"","ProduceID":""}', ("empty_shell",)),
        ('{"colour":"red"}', ("empty_shell", "unknown_field")),
        ('{"Label":"1","Label":"3"}', ("repeated_name",)),
        ("[" * 50_000, ("not_json",)),
        ('{"ProduceID":' + "[" * 990 + "]" * 990 + "}", ("not_json",)),
        ('{"Label":"1","ProduceID":' + "9" * 5000 + "}", ("not_json",)),
        (" " * 65_537, ("too_long",)),
    ],
)
def test_it_says_why_there_is_nothing_to_read(text: str, faults: tuple[str, ...]) -> None:
    parsed = parse_label(text)

    assert parsed.value is None
    assert parsed.faults == faults


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*FIELDS, "AIGC", "x"]), inner, max_size=4)
        ),
        max_leaves=8,
    )
)
@settings(max_examples=60, deadline=None)
def test_it_reads_any_json_without_raising(document: object) -> None:
    parsed = parse_label(json.dumps(document))

    assert parsed.value is not None or parsed.faults
