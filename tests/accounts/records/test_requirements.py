from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.records import requirements
from accounts.records.models import Record
from accounts.records.requirements import (
    COMMON,
    KIND,
    SESSION,
    Field,
    RecordIncomplete,
    Source,
    asked_by,
    each_of,
    missing,
)

Write = Callable[..., Record]
KINDS = {
    "example.said": asked_by(Source.LOGS, "sha256", "consents|no_consent_because"),
    "example.quiet": (),
}


@pytest.fixture(autouse=True)
def examples() -> Iterator[None]:
    requirements.register("examples", KINDS)
    yield
    requirements.register("examples", {})


def test_it_writes_what_says_everything(write: Write) -> None:
    assert write(kind="example.said", body={"sha256": "ab", "consents": [1]}).kind == "example.said"
    assert write(kind="example.quiet", body={}).kind == "example.quiet"


@pytest.mark.parametrize("nothing", [None, "", [], {}])
def test_it_refuses_what_is_missing_or_empty_and_names_it_with_its_source(
    write: Write, nothing: object
) -> None:
    for body in ({"consents": [1]}, {"sha256": nothing, "consents": [1]}):
        with pytest.raises(
            RecordIncomplete, match=r"example\.said does not say sha256, which Deep Synth.* Art\. 16"
        ):
            write(kind="example.said", body=body)
    assert not Record.objects.exists()


def test_it_takes_one_of_several_that_say_the_same(write: Write) -> None:
    write(kind="example.said", body={"sha256": "ab", "no_consent_because": "nobody"})
    with pytest.raises(RecordIncomplete, match="consents or no_consent_because"):
        write(kind="example.said", body={"sha256": "ab"})


def test_every_kind_says_through_which_session(write: Write) -> None:
    assert missing("example.quiet", {}) == [*COMMON]
    write(kind="example.quiet", body={})


def test_zero_and_false_are_answers() -> None:
    assert Field(("n",), Source.LOGS).is_said({"n": 0})
    assert Field(("n",), Source.LOGS).is_said({"n": False})


def test_it_refuses_a_kind_that_nobody_registered(write: Write) -> None:
    with pytest.raises(RecordIncomplete, match=r"example\.other is of no registered kind"):
        write(kind="example.other")
    assert missing("example.other", {}) == [KIND]


def test_a_kind_is_one_rooms_own() -> None:
    with pytest.raises(ValueError, match="expected kinds of others's own"):
        requirements.register("others", each_of("example", ["said"]))


@given(st.sets(st.sampled_from(["sha256", "consents", "no_consent_because"])))
@settings(max_examples=20, deadline=None)
def test_what_is_missing_is_all_that_is_not_said(said: set[str]) -> None:
    left_out = {str(field) for field in missing("example.said", dict.fromkeys({*said, SESSION}, "x"))}
    assert ("sha256" in left_out) == ("sha256" not in said)
    assert (len(left_out - {"sha256"}) == 1) == (not said & {"consents", "no_consent_because"})
