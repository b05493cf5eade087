"""The profile of a clock …"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from marking.desk.cases.clocks import DEFAULT_HOURS, due_at, read_hours
from marking.desk.cases.kinds import Kind
from marking.desk.cases.profiles import (
    LEAD,
    PROFILES,
    AtExpiry,
    Part,
    Start,
    acts_at,
    missing,
    warns_at,
)

HOURS = read_hours(DEFAULT_HOURS)
TWO_DAYS = timedelta(hours=48)


def test_every_kind_has_one_whose_warnings_rise() -> None:
    assert set(PROFILES) == set(Kind)
    for profile in PROFILES.values():
        assert list(profile.warnings) == sorted(set(profile.warnings))
        assert all(0 < share < 1 for share in profile.warnings)


def test_only_what_asks_for_something_starts_when_it_is_complete() -> None:
    for profile in PROFILES.values():
        assert (profile.start is Start.VALID) == bool(profile.asks_for)


def test_an_intimate_picture_asks_for_all_and_cannot_be_paused() -> None:
    profile = PROFILES[Kind.INTIMATE_IMAGE]
    assert profile.at_expiry is AtExpiry.ACCESS_OFF
    assert profile.pauses == frozenset()
    assert set(profile.asks_for) == set(Part)


def test_what_is_missing_is_what_was_asked_for_and_not_given() -> None:
    for size in range(len(Part) + 1):
        for given_parts in combinations(Part, size):
            lacking = missing(Kind.INTIMATE_IMAGE, frozenset(given_parts))
            assert set(lacking) == set(Part) - set(given_parts)
    assert missing(Kind.LABEL, frozenset()) == ()


@pytest.mark.parametrize(
    "started",
    [
        datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Berlin")),  # the night that has an hour less
        datetime(2026, 10, 24, 12, tzinfo=ZoneInfo("Europe/Berlin")),  # the night that has an hour more
        datetime(2028, 2, 28, 12, tzinfo=UTC),  # before a leap day
        datetime(2027, 2, 28, 12, tzinfo=UTC),  # before none
        datetime(2026, 12, 31, 23, 59, 59, tzinfo=ZoneInfo("Asia/Shanghai")),
    ],
)
def test_48_hours_are_48_hours(started: datetime) -> None:
    due = due_at(Kind.INTIMATE_IMAGE, started, HOURS)
    assert due.timestamp() - started.timestamp() == TWO_DAYS.total_seconds()
    acts = acts_at(Kind.INTIMATE_IMAGE, due)
    assert acts is not None
    assert acts == due - LEAD
    for told in range(3):
        warned = warns_at(Kind.INTIMATE_IMAGE, started, due, told)
        assert warned is not None
        assert started.timestamp() < warned.timestamp() < due.timestamp()


def test_only_a_clock_with_an_action_acts() -> None:
    acting = {kind for kind in Kind if acts_at(kind, datetime(2026, 1, 1, tzinfo=UTC)) is not None}
    assert acting == {Kind.INTIMATE_IMAGE}


@given(
    some.sampled_from(Kind), some.datetimes(timezones=some.just(UTC)).filter(lambda at: 1 < at.year < 9999)
)
@settings(max_examples=40, deadline=None)
def test_warnings_come_in_order_and_end(kind: Kind, started: datetime) -> None:
    due = due_at(kind, started, HOURS)
    count = len(PROFILES[kind].warnings)
    times = [warns_at(kind, started, due, told) for told in range(count)]
    assert None not in times
    assert times == sorted(times, key=lambda at: at or started)
    assert warns_at(kind, started, due, count) is None
