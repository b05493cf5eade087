from __future__ import annotations

import json
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.records.canonical import LARGEST_INTEGER, NotCanonical, canonical, parse

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
    | st.text(st.characters(codec="utf-8"), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


class Colour(StrEnum):
    RED = "red"


# The objects of RFC 8785 section 3.2.2 (its numbers left out: fractions are refused here) and 3.2.3,
# and the escapes of section 3.2.2.2.
PUBLISHED = [
    (
        {"string": '€$\u000f\nA\'B"\\\\"/', "literals": [None, True, False]},
        b'{"literals":[null,true,false],"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    ),
    (
        {
            "€": "Euro Sign",
            "\r": "Carriage Return",
            "\ufb33": "Hebrew Letter Dalet With Dagesh",
            "1": "One",
            "\U0001f600": "Emoji: Grinning Face",
            "\u0080": "Control",
            "ö": "Latin Small Letter O With Diaeresis",
        },
        '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis",'
        '"€":"Euro Sign","\U0001f600":"Emoji: Grinning Face",'
        '"\ufb33":"Hebrew Letter Dalet With Dagesh"}'.encode(),
    ),
    ("\b\t\n\f\r\x00\x1f\x7f", b'"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f"'),
    ([56, {"d": True, "10": None, "1": []}], b'[56,{"1":[],"10":null,"d":true}]'),
    (0, b"0"),
    (-LARGEST_INTEGER, b"-9007199254740991"),
]


@pytest.mark.parametrize(("value", "expected"), PUBLISHED)
def test_it_writes_what_the_rfc_prints(value: Any, expected: bytes) -> None:
    assert canonical(value) == expected


@given(VALUES)
@settings(max_examples=60, deadline=None)
def test_it_reads_back_what_it_wrote(value: Any) -> None:
    assert parse(canonical(value)) == value


@given(VALUES)
@settings(max_examples=30, deadline=None)
def test_it_refuses_any_other_spelling_of_the_same_value(value: Any) -> None:
    for spelling in (json.dumps(value, indent=1), " " + canonical(value).decode()):
        if spelling.encode() != canonical(value):
            with pytest.raises(NotCanonical):
                parse(spelling.encode())


def test_it_writes_tuples_and_enumerations_as_what_they_hold() -> None:
    assert canonical((Colour.RED, {Colour.RED: 1})) == b'["red",{"red":1}]'  # type: ignore[dict-item]


def _nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        Decimal(1),
        b"bytes",
        {1: "key"},
        {"s"},
        LARGEST_INTEGER + 1,
        -LARGEST_INTEGER - 1,
        "\ud800",
        {"\udc00": 1},
        _nested(40),
    ],
)
def test_it_refuses_what_has_no_canonical_form(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        b"-0",
        b"1.0",
        b"1e3",
        b"NaN",
        b'{"b":1,"a":1}',
        b'{"a":1,"a":1}',
        b'"\\u0041"',
        b'"\\ud800"',
        b"9007199254740992",
        b"9" * 5000,
        b"[" * 50_000,
        b"[" * 33 + b"1" + b"]" * 33,
    ],
)
def test_it_refuses_bytes_that_are_not_canonical(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        parse(data)
