"""Two people …"""

from __future__ import annotations

from marking.desk.cases.actions import Action, needs_two
from marking.desk.cases.kinds import Kind


def test_decide_about_children_orders_and_political_speech() -> None:
    for action in Action:
        assert needs_two(Kind.MINOR, action, is_political=False)
        assert needs_two(Kind.AUTHORITY_ORDER, action, is_political=False)
        assert needs_two(Kind.LABEL, action, is_political=True)


def test_overturn_and_release_whatever_it_is_about() -> None:
    for kind in Kind:
        assert needs_two(kind, Action.LIFT, is_political=False)
        assert needs_two(kind, Action.RELEASE, is_political=False)


def test_are_not_needed_for_the_rest() -> None:
    assert not needs_two(Kind.LABEL, Action.ANSWER, is_political=False)
    assert not needs_two(Kind.NO_CONSENT, Action.TAKE_DOWN, is_political=False)
