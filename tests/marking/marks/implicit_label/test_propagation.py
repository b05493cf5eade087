"""Passing a labelled file on."""

from __future__ import annotations

import html
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.marks.implicit_label import (
    AigcLabel,
    FoundLabel,
    Propagator,
    Reading,
    SigningKey,
    Status,
    check_producer,
    check_propagator,
    doubted,
    kept_label,
    propagated,
    read,
    signed_by_producer,
    write,
)
from marking.marks.implicit_label.propagation import Doubt
from tests.marking.marks.implicit_label.pictures import LABEL, OLD_LABEL, encoded

KEY = SigningKey(99)
US = Propagator("001191110102MACQD9K64020000", "R07ZQ0H4KP", KEY)
THEIRS = signed_by_producer(AigcLabel.first(producer="MiniMax", produce_id="7-9"), SigningKey(7))

values = st.text(
    st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="\\"), min_size=1, max_size=40
)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from("123"), values, values, values, values)
def test_the_producer_s_fields_stay_character_by_character(
    label: str, producer: str, number: str, code: str, propagator: str
) -> None:
    found = AigcLabel(label, producer, number, code, propagator, number, code)
    ours = propagated(found, US)
    assert (
        ours.to_json().partition(',"ContentPropagator"')[0]
        == found.to_json().partition(',"ContentPropagator"')[0]
    )
    assert (ours.content_propagator, ours.propagate_id) == (US.name, US.number)
    assert check_propagator(ours, [KEY.public]).status is Status.VALID_PINNED


def test_the_producer_s_fields_are_the_same_bytes_in_the_file() -> None:
    written = [write(encoded("png"), label) for label in (THEIRS, propagated(THEIRS, US))]
    producer = html.escape(THEIRS.to_json().partition(',"ContentPropagator"')[0], quote=True).encode()
    assert all(producer in data for data in written)
    kept = read(written[1]).labels[0].value
    assert kept is not None
    assert check_producer(kept) == check_producer(THEIRS)
    assert check_producer(kept).status is Status.VALID_SELF


def test_a_second_distributor_takes_the_place_of_the_first() -> None:
    again = propagated(propagated(THEIRS, US), replace(US, number="SECOND0001"))
    assert again.propagate_id == "SECOND0001"
    assert again == propagated(THEIRS, replace(US, number="SECOND0001"))


@pytest.mark.parametrize("doubt", ["2", "3"])
def test_a_file_without_a_label_gets_one_that_names_no_producer(doubt: Doubt) -> None:
    label = doubted(doubt, US)
    assert (label.label, label.content_producer, label.produce_id, label.reserved_code1) == (
        doubt,
        "",
        "",
        "",
    )
    assert label.is_valid
    (found,) = read(write(encoded("jpeg"), label)).labels
    assert (found.is_valid, found.value) == (True, label)
    assert json.loads(label.to_json())["ContentPropagator"] == US.name


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"label": "2", "content_producer": "", "produce_id": ""}, ()),
        (
            {"label": "1", "content_producer": "", "produce_id": ""},
            ("empty:ContentProducer", "empty:ProduceID"),
        ),
        ({"label": "3", "content_producer": ""}, ("empty:ContentProducer",)),
        ({"label": "3", "produce_id": ""}, ("empty:ProduceID",)),
    ],
)
def test_only_a_doubt_may_leave_the_producer_out(changes: dict[str, str], faults: tuple[str, ...]) -> None:
    assert replace(LABEL, **changes).faults() == faults


def reading_of(*labels: AigcLabel | None, faults: tuple[str, ...] = ()) -> Reading:
    return Reading(tuple(FoundLabel(label, "png:iTXt:xmp", "bare", faults) for label in labels), ())


def test_it_keeps_a_label_that_is_valid_unbroken_and_without_a_rival() -> None:
    assert kept_label(reading_of(THEIRS, THEIRS)) == THEIRS
    assert kept_label(reading_of(THEIRS)) == THEIRS
    assert kept_label(reading_of(OLD_LABEL)) == OLD_LABEL


@pytest.mark.parametrize(
    "reading",
    [
        reading_of(),
        reading_of(THEIRS, OLD_LABEL),
        Reading((*reading_of(THEIRS).labels, *reading_of(THEIRS, faults=("damaged_chunk",)).labels), ()),
        reading_of(THEIRS, faults=("unknown_field",)),
        reading_of(None),
        reading_of(replace(THEIRS, produce_id="8")),
    ],
    ids=["none", "two that differ", "one of two faulty", "faulty", "unreadable", "broken signature"],
)
def test_it_keeps_no_other(reading: Reading) -> None:
    assert kept_label(reading) is None


def test_it_refuses_to_write_what_breaks_annex_e() -> None:
    with pytest.raises(ValueError, match="bad_characters:ContentPropagator"):
        propagated(THEIRS, replace(US, name="印记"))


def test_it_keeps_its_key_out_of_its_text() -> None:
    assert "key" not in repr(US)
