"""What pages say about cases …"""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from pytest_django.fixtures import Settings

from config import environment
from marking.desk.cases.kinds import NOT_FILED_BY_ANYBODY, Kind
from marking.desk.cases.profiles import Part, Pause
from marking.desk.cases.states import CaseState, Event
from marking.desk.wording import EVENTS, KINDS, PARTS, PAUSES, STATES, answer_times, duration


def test_every_kind_state_and_event_has_words_of_its_own() -> None:
    for words, values in (
        (KINDS, Kind),
        (STATES, CaseState),
        (EVENTS, Event),
        (PARTS, Part),
        (PAUSES, Pause),
    ):
        assert set(words) == set(values)
        assert len({str(each) for each in words.values()}) == len(words)


def test_every_state_has_a_badge_of_its_own() -> None:
    badges = {
        render_to_string("marking/desk/_state.html", {"state": state, "label": ""}) for state in CaseState
    }
    assert len(badges) == len(CaseState)


@pytest.mark.parametrize(
    ("hours", "said"),
    [(1, "1 hour"), (24, "24 hours"), (48, "48 hours"), (49, "49 hours"), (72, "3 days"), (360, "15 days")],
)
def test_days_are_said_where_they_are_whole_and_hours_where_the_law_says_hours(hours: int, said: str) -> None:
    assert duration(hours) == said


def test_the_published_times_follow_the_setting(settings: Settings) -> None:
    hours = "urgent:2,prompt:24,ordinary:240,feedback:480"
    settings.ENVIRONMENT = environment.read({"YINJI_ANSWER_HOURS": hours})
    said = {str(kind): time for kind, time in answer_times()}
    assert len(said) == len(set(Kind) - NOT_FILED_BY_ANYBODY)
    assert said[str(KINDS[Kind.INTIMATE_IMAGE])] == "2 hours"
    assert said[str(KINDS[Kind.OTHER])] == "10 days"
