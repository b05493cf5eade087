from __future__ import annotations

from accounts.identity.states import OPEN, TRANSITIONS, ClaimState


def test_it_names_a_way_out_of_every_open_state_and_of_no_other() -> None:
    assert set(TRANSITIONS) == set(ClaimState)
    assert {ClaimState.PENDING, ClaimState.VERIFIED} == OPEN
    for state in set(ClaimState) - OPEN:
        assert not TRANSITIONS[state]


def test_it_never_leads_back() -> None:
    for state, following in TRANSITIONS.items():
        for next_state in following:
            assert state not in TRANSITIONS[next_state]
