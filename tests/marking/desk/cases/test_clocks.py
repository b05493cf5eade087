"""The clocks …"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from marking.desk.cases.clocks import (
    DEFAULT_HOURS,
    MOST_HOURS,
    MOST_URGENT_HOURS,
    due_at,
    hours_for,
    read_hours,
)
from marking.desk.cases.kinds import CLOCKS, Clock, Kind

RECEIVED = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
HOURS = read_hours(DEFAULT_HOURS)


def test_every_kind_has_one() -> None:
    assert set(CLOCKS) == set(Kind)
    assert set(CLOCKS.values()) == set(Clock)


@pytest.mark.parametrize("kind", [Kind.INTIMATE_IMAGE, Kind.MINOR])
def test_an_intimate_picture_is_answered_in_48_hours(kind: Kind) -> None:
    assert due_at(kind, RECEIVED, HOURS) == RECEIVED + timedelta(hours=48)


def test_hours_are_counted_as_they_pass_whatever_the_clocks_on_the_wall_do() -> None:
    shifted = RECEIVED.astimezone(timezone(timedelta(hours=8)))
    assert due_at(Kind.OTHER, shifted, HOURS) == RECEIVED + timedelta(days=15)


@given(some.fixed_dictionaries({clock: some.integers(1, MOST_URGENT_HOURS) for clock in Clock}))
@settings(max_examples=25, deadline=None)
def test_it_reads_what_it_is_told(hours: dict[Clock, int]) -> None:
    text = ", ".join(f"{clock}:{number}" for clock, number in reversed(hours.items()))
    assert read_hours(text) == hours
    assert {kind: hours_for(kind, hours) for kind in Kind} == {kind: hours[CLOCKS[kind]] for kind in Kind}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "expected each of urgent, prompt, ordinary, feedback once"),
        ("urgent:48,urgent:24", "expected each of"),
        ("urgent:48,soon:1", "expected each of"),
        ("urgent:48,prompt:72", "expected hours for feedback, ordinary as well"),
        ("urgent:49,prompt:72,ordinary:1,feedback:1", "expected urgent: to have a whole number of hours from 1 to 48"),
        ("urgent:0,prompt:72,ordinary:1,feedback:1", "from 1 to 48"),
        (f"urgent:48,prompt:{MOST_HOURS + 1},ordinary:1,feedback:1", "from 1 to 2160"),
        ("urgent:48,prompt:two,ordinary:1,feedback:1", "from 1 to 2160"),
        ("urgent:48,prompt:²,ordinary:1,feedback:1", "from 1 to 2160"),
        ("urgent,prompt:72,ordinary:1,feedback:1", "from 1 to 48"),
    ],
)  # fmt: skip
def test_it_says_what_is_wrong(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_hours(text)
