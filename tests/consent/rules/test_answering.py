from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.rules.answering import Answer, Asked, Rules, WhoMayAsk, answer
from consent.scope import Purpose, Scope

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ASKED = Asked(
    scope=Scope(purposes=frozenset({Purpose.EDUCATION}), needs_preview=False),
    requester="ABC",
    level=2,
    this_week=1,
    now=NOW,
)
STRICTNESS = [Answer.ASK, Answer.QUEUE, Answer.REFUSE]

rules = st.builds(
    Rules,
    who=st.sampled_from(WhoMayAsk),
    listed=st.frozensets(st.sampled_from(["ABC", "DEF"])),
    least_level=st.integers(0, 4),
    purposes=st.none() | st.frozensets(st.sampled_from(Purpose), min_size=1),
    only_with_preview=st.booleans(),
    quiet_until=st.none() | st.sampled_from([NOW - timedelta(days=1), NOW + timedelta(days=1)]),
    most_per_week=st.none() | st.integers(1, 3),
)


def test_it_lets_everybody_ask_who_set_no_rules() -> None:
    assert answer(Rules(), ASKED) is Answer.ASK


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"who": WhoMayAsk.NOBODY}, Answer.REFUSE),
        ({"who": WhoMayAsk.LISTED}, Answer.REFUSE),
        ({"who": WhoMayAsk.LISTED, "listed": frozenset({"ABC"})}, Answer.ASK),
        ({"least_level": 3}, Answer.REFUSE),
        ({"least_level": 2}, Answer.ASK),
        ({"purposes": frozenset({Purpose.POLITICAL})}, Answer.REFUSE),
        ({"purposes": frozenset({Purpose.EDUCATION, Purpose.RESEARCH})}, Answer.ASK),
        ({"only_with_preview": True}, Answer.REFUSE),
        ({"quiet_until": NOW + timedelta(hours=1)}, Answer.QUEUE),
        ({"quiet_until": NOW}, Answer.ASK),
        ({"most_per_week": 1}, Answer.QUEUE),
        ({"most_per_week": 2}, Answer.ASK),
    ],
)
def test_it_follows_each_rule(changes: dict[str, object], expected: Answer) -> None:
    assert answer(replace(Rules(), **changes), ASKED) is expected  # type: ignore[arg-type]


def test_it_takes_purposes_that_nobody_said_for_any() -> None:
    unsaid = replace(ASKED, scope=Scope())
    assert answer(Rules(purposes=frozenset(Purpose)), unsaid) is Answer.REFUSE


@settings(max_examples=200, deadline=None)
@given(rules)
def test_it_never_asks_more_under_stricter_rules(loose: Rules) -> None:
    stricter = [
        replace(loose, who=WhoMayAsk.NOBODY),
        replace(loose, least_level=4),
        replace(loose, only_with_preview=True),
        replace(loose, most_per_week=1),
        replace(loose, quiet_until=NOW + timedelta(days=9)),
    ]
    found = STRICTNESS.index(answer(loose, ASKED))
    assert all(STRICTNESS.index(answer(each, ASKED)) >= found for each in stricter)
