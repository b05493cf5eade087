from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.records.requirements import all_kinds
from accounts.retention.classes import (
    CLASSES,
    DEFAULT_MONTHS,
    below_floor,
    class_of,
    read_months,
)
from accounts.retention.months import months_before


def test_every_default_is_at_or_above_its_floor() -> None:
    assert below_floor(read_months(DEFAULT_MONTHS)) == []
    assert below_floor(read_months("")) == []


@pytest.mark.parametrize("kept", CLASSES, ids=lambda kept: kept.name)
def test_one_month_below_the_floor_is_told(kept: object) -> None:
    name, floor = kept.name, kept.floor  # type: ignore[attr-defined]
    (found,) = below_floor(read_months(f"{name}:{floor - 1}"))
    assert found.name == name
    assert any(law in found.source for law in ("Law", "Measures", "Code"))


@pytest.mark.parametrize(
    "text", ["dreams:12", "network", "network:0", "network:-1", "network:1201", "network:six"]
)
def test_it_refuses_what_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        read_months(text)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("work.unlabelled_copy_sent", "unlabelled"),
        ("account.sessions_ended", "network"),
        ("grant.withdrawn", "consent"),
        ("case.closed", "complaints"),
        ("appeal.upheld", "complaints"),
        ("reasons.stated", "complaints"),
        ("access.viewed", "personal"),
        ("identity.verified", "personal"),
    ],
)
def test_each_kind_has_its_class(kind: str, name: str) -> None:
    kept = class_of(kind)
    assert kept is not None
    assert kept.name == name


@pytest.mark.parametrize("kind", ["work.released", "account.erased", "retention.shredded", "hold.lifted"])
def test_what_proves_the_rest_is_kept_for_good(kind: str) -> None:
    assert class_of(kind) is None


@pytest.mark.parametrize("prefix", [each for kept in CLASSES for each in kept.prefixes])
def test_every_prefix_is_of_kinds_that_are_written(prefix: str) -> None:
    assert any(kind.startswith(prefix) for kind in all_kinds())


def test_a_month_back_is_the_same_day_or_the_last() -> None:
    assert months_before(datetime(2026, 8, 31, tzinfo=UTC), 6) == datetime(2026, 2, 28, tzinfo=UTC)
    assert months_before(datetime(2024, 8, 30, tzinfo=UTC), 6) == datetime(2024, 2, 29, tzinfo=UTC)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), st.integers(0, 60), st.integers(0, 60))  # noqa: DTZ001
@settings(max_examples=60, deadline=None)
def test_more_months_never_lead_to_a_later_day(moment: datetime, few: int, more: int) -> None:
    assert months_before(moment, few + more) <= months_before(moment, few) <= moment
