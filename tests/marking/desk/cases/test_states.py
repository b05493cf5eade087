"""The states of a case …"""

from __future__ import annotations

from marking.desk.cases.states import DECIDED, OPEN, SHOWN, TRANSITIONS, CaseState, Event


def reached(start: CaseState) -> set[CaseState]:
    found, frontier = {start}, [start]
    while frontier:
        following = set(TRANSITIONS[frontier.pop()].values()) - found
        found |= following
        frontier += following
    return found


def test_every_state_can_be_reached_and_every_case_can_end() -> None:
    assert reached(CaseState.RECEIVED) == set(CaseState)
    assert all(CaseState.CLOSED in reached(state) for state in CaseState)


def test_nothing_but_an_appeal_leaves_the_end() -> None:
    assert TRANSITIONS[CaseState.CLOSED] == {Event.REOPENED: CaseState.RECEIVED}


def test_no_case_is_closed_without_an_answer() -> None:
    closing = {state for state, ways in TRANSITIONS.items() if CaseState.CLOSED in ways.values()}
    assert closing == DECIDED
    assert DECIDED | OPEN | {CaseState.CLOSED} == set(CaseState)
    assert DECIDED.isdisjoint(OPEN)


def test_the_complainant_sees_all_that_moves_the_case() -> None:
    moving = {event for ways in TRANSITIONS.values() for event in ways}
    assert moving <= SHOWN
    of_the_clock = {Event.VALID, Event.PAUSED, Event.RESUMED, Event.OVERDUE}
    of_the_work = {Event.ACCESS_OFF, Event.ACCESS_ON}
    assert SHOWN - moving == {Event.RECEIVED, Event.APPEALED} | of_the_clock | of_the_work
