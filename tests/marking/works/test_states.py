from __future__ import annotations

from marking.works.states import TRANSITIONS, WorkState, may_move


def test_it_knows_every_state() -> None:
    assert set(TRANSITIONS) == set(WorkState)


def test_it_lets_nothing_out_of_the_last_state() -> None:
    assert not any(may_move(WorkState.DELETED, new) for new in WorkState)


def test_it_releases_only_what_was_marked() -> None:
    assert [old for old in WorkState if may_move(old, WorkState.RELEASED)] == [WorkState.MARKING]


def test_it_can_reach_every_state_from_the_first_ones() -> None:
    reached = {WorkState.AWAITING_CONSENT, WorkState.QUEUED}
    while (further := reached | {new for old in reached for new in TRANSITIONS[old]}) != reached:
        reached = further
    assert reached == set(WorkState)
