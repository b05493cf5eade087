from __future__ import annotations

from marking.works.states import TRANSITIONS, WorkState, may_move


def test_it_knows_every_state() -> None:
    assert set(TRANSITIONS) == set(WorkState)


def test_it_lets_nothing_out_of_the_last_state() -> None:
    assert not any(may_move(WorkState.DELETED, new) for new in WorkState)


def test_it_releases_only_what_was_marked() -> None:
    before = [old for old in WorkState if may_move(old, WorkState.RELEASED)]
    assert before == [WorkState.MARKING, WorkState.CONSENT_ENDED]


def test_it_ends_the_consent_of_nothing_that_was_not_released() -> None:
    assert [old for old in WorkState if may_move(old, WorkState.CONSENT_ENDED)] == [WorkState.RELEASED]


def test_it_can_reach_every_state_from_the_first_ones() -> None:
    reached = {WorkState.AWAITING_CONSENT, WorkState.QUEUED}
    while (further := reached | {new for old in reached for new in TRANSITIONS[old]}) != reached:
        reached = further
    assert reached == set(WorkState)
