from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest

from consent.grants import states as grants
from consent.requests import states as requests
from consent.requests.states import RequestState, Shown, shown_to_requester
from consent.scope import GrantState
from consent.uses import states as uses
from consent.uses.states import UseState

MACHINES = [
    (requests.TRANSITIONS, RequestState.DRAFT),
    (grants.TRANSITIONS, GrantState.PENDING_COOLING),
    (uses.TRANSITIONS, UseState.PROPOSED),
]
SILENT = (
    RequestState.HELD,
    RequestState.SENT,
    RequestState.VIEWED,
    RequestState.CONFIRMED,
    RequestState.DEFERRED,
    RequestState.MISDIRECTED,
    RequestState.REPORTED,
    RequestState.REFUSED,
    RequestState.EXPIRED,
)


def following(transitions: Mapping[Any, frozenset[Any]], first: StrEnum) -> set[StrEnum]:
    reached = {first}
    while (further := reached | {new for old in reached for new in transitions[old]}) != reached:
        reached = further
    return reached


@pytest.mark.parametrize(("transitions", "first"), MACHINES)
def test_it_knows_every_state_and_can_reach_it(
    transitions: Mapping[Any, frozenset[Any]], first: StrEnum
) -> None:
    assert set(transitions) == set(type(first))
    assert following(transitions, first) == set(type(first))


def test_it_lets_no_grant_come_back_from_its_end() -> None:
    ended = set(GrantState) - grants.STANDING
    assert not any(grants.may_move(old, new) for old in ended for new in GrantState)
    assert set(grants.DPV_STATES) == set(GrantState) - {GrantState.SUPERSEDED}


def test_it_suspends_and_takes_up_again() -> None:
    assert grants.may_move(GrantState.ACTIVE, GrantState.SUSPENDED)
    assert grants.may_move(GrantState.SUSPENDED, GrantState.ACTIVE)
    assert not grants.may_move(GrantState.SUSPENDED, GrantState.EXHAUSTED)


def test_it_grants_only_to_somebody_who_proved_who_they_are() -> None:
    before = {old for old in RequestState if requests.may_move(old, RequestState.GRANTED)}
    assert before == {RequestState.CONFIRMED, RequestState.COUNTERED}
    assert {old for old in RequestState if requests.may_move(old, RequestState.COUNTERED)} == {
        RequestState.CONFIRMED
    }


def test_it_publishes_nothing_that_was_not_checked() -> None:
    without_check = {state: new - {UseState.CHECKED} for state, new in uses.TRANSITIONS.items()}
    assert UseState.LIVE not in following(without_check, UseState.PROPOSED)
    assert uses.may_move(UseState.CUT_OFF, UseState.LIVE)


@pytest.mark.parametrize("is_past_deadline", [False, True])
def test_it_shows_every_silence_alike(is_past_deadline: bool) -> None:
    shown = {shown_to_requester(state, is_past_deadline=is_past_deadline) for state in SILENT}
    assert shown == {Shown.NO_ANSWER if is_past_deadline else Shown.SENT}


def test_it_shows_a_refusal_only_where_the_person_wants_it() -> None:
    assert (
        shown_to_requester(RequestState.REFUSED, is_past_deadline=False, refused_openly=True) is Shown.REFUSED
    )


def test_it_shows_the_requester_their_own_acts_and_what_they_were_given() -> None:
    told = set(RequestState) - set(SILENT)
    assert {state.value for state in told} == {
        shown_to_requester(state, is_past_deadline=True).value for state in told
    }
    assert requests.OPEN.isdisjoint({RequestState.GRANTED, RequestState.EXPIRED})
