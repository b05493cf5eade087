"""What must never turn a no into a yes, tried on ten thousand cases each (metamorphic laws)."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from consent.scope import (
    ANY_CHANNEL,
    Allow,
    Audience,
    Binding,
    Content,
    Depicted,
    Element,
    Grant,
    LabelStrength,
    Medium,
    Money,
    Operation,
    Proof,
    Purpose,
    Scope,
    Use,
    Withdrawal,
    decide,
)
from tests.consent.scope.cases import DAY, NOW, random_case

EXAMPLES = 10_000


def _fewer(random: Random, words: frozenset[Any] | None) -> frozenset[Any] | None:
    """Some of the words. Of the wildcard, one."""
    if words == ANY_CHANNEL:
        return frozenset({"school.example"})
    return None if words is None else frozenset(word for word in words if random.random() < 0.6)


def _lower(random: Random, value: Any) -> Any:
    """The same word of a ladder, or one below."""
    return None if value is None else list(type(value))[random.randint(0, value.rank)]


def _higher(random: Random, value: Any) -> Any:
    return None if value is None else random.choice(list(type(value))[value.rank :])


def _narrower_scope(random: Random, scope: Scope) -> Scope:
    narrower: list[dict[str, Any]] = [
        *({name: _fewer(random, getattr(scope, name))} for name in ("elements", "operations", "purposes", "media")),
        *({name: _fewer(random, getattr(scope, name))} for name in ("channels", "territories", "recipients")),
        {"audience": _lower(random, scope.audience)},
        {"not_before": scope.not_before and scope.not_before + random.randint(0, 5) * DAY},
        {"not_after": scope.not_after and scope.not_after - random.randint(0, 12) * DAY},
        {"outputs": scope.outputs and scope.outputs - random.randint(0, 2)},
        {"seconds": scope.seconds and scope.seconds - random.randint(0, 40)},
        {"money": _lower(random, scope.money)},
        {"binding": Binding.OUTPUT, "bound_to": frozenset()},
        {"bound_to": _fewer(random, scope.bound_to)},
        {"may_sublicense": False},
        {"label": _higher(random, scope.label)},
        {"needs_preview": True},
        {"may_go_abroad": False},
        {"withdrawal": _higher(random, scope.withdrawal)},
        {random.choice(("elements", "purposes", "not_after", "money", "label", "needs_preview")): None},
    ]  # fmt: skip
    return replace(scope, **random.choice(narrower))


def _narrower(random: Random, grant: Grant) -> Grant:
    """A grant of no more than ``grant``."""
    if random.random() < 0.2:
        return random.choice(
            [
                replace(grant, consumed=grant.consumed + 1),
                replace(grant, proof=_lower(random, grant.proof)),
                replace(grant, version=grant.version + 1, scope=Scope()),
            ]
        )
    return replace(grant, scope=_narrower_scope(random, grant.scope))


def _more(random: Random, words: frozenset[Any] | None, all_words: Any) -> frozenset[Any] | None:
    """The words and another one. Where none stands nothing is asked, and asking something may be right."""
    return words | {random.choice(list(all_words))} if words else words


def _more_of_a_person(random: Random, depicted: Depicted) -> Depicted:
    return random.choice(
        [
            replace(depicted, elements=_more(random, depicted.elements, Element)),
            replace(depicted, operations=_more(random, depicted.operations, Operation)),
            replace(depicted, years=None),
            replace(depicted, approved_output_sha256=None),
        ]
    )


def _wider(random: Random, use: Use) -> Use:
    """A use of no less than ``use``."""
    if not use.depicted:
        return use
    wider: list[dict[str, Any]] = [
        {"depicted": tuple(_more_of_a_person(random, each) for each in use.depicted)},
        {"depicted": (*use.depicted, Depicted("carol"))},
        {"depicted": None},
        {"purposes": _more(random, use.purposes, Purpose)},
        {"media": _more(random, use.media, Medium)},
        {"channels": _more(random, use.channels, ("tube.example", "else.example"))},
        {"territories": _more(random, use.territories, ("DE", "US"))},
        {"audience": Audience.PUBLIC},
        {"starts_at": use.starts_at and use.starts_at - random.randint(0, 3) * DAY},
        {"outputs": use.outputs + 1 if use.outputs and use.outputs > 0 else use.outputs},
        {"seconds": None if use.seconds is None or use.seconds < 0 else use.seconds + random.randint(0, 40)},
        {"money": _higher(random, use.money)},
        {"theme": None},
        {"script_sha256": None},
        {"output_sha256": None},
        {"grantee": None},
        {"is_sublicensed": True},
        {"label": _lower(random, use.label)},
        {"goes_abroad": True},
        {"withdrawal": _lower(random, use.withdrawal)},
        {"content": use.content | {random.choice(list(Content))}},
    ]
    change = random.choice(wider)
    if use.ends_at and use.starts_at and use.starts_at <= use.ends_at and random.random() < 0.05:
        change = {"ends_at": use.ends_at + random.randint(0, 5) * DAY}
    return replace(use, **change)


def _is_allowed(*case: Any) -> bool:
    return isinstance(decide(*case), Allow)


def test_it_allows_no_more_when_a_grant_is_narrowed() -> None:
    random = Random(11)
    for _ in range(EXAMPLES):
        use, grants, now, profile = random_case(random)
        narrowed = [_narrower(random, each) if random.random() < 0.7 else each for each in grants]
        assert _is_allowed(use, grants, now, profile) or not _is_allowed(use, narrowed, now, profile)


def test_it_allows_no_more_when_a_use_is_widened() -> None:
    random = Random(12)
    for _ in range(EXAMPLES):
        use, grants, now, profile = random_case(random)
        assert _is_allowed(use, grants, now, profile) or not _is_allowed(
            _wider(random, use), grants, now, profile
        )


def test_it_allows_no_more_when_a_grant_is_taken_away() -> None:
    random = Random(13)
    for _ in range(EXAMPLES):
        use, grants, now, profile = random_case(random)
        fewer = grants[:-1] if random.random() < 0.5 else grants[1:]
        assert _is_allowed(use, grants, now, profile) or not _is_allowed(use, fewer, now, profile)


def test_it_allows_nothing_under_grants_that_are_over() -> None:
    random = Random(14)
    for _ in range(EXAMPLES):
        use, grants, _, profile = random_case(random)
        over = max((each.scope.not_after or NOW for each in grants), default=NOW)
        after = over + random.randint(0, 400) * DAY
        assert not use.depicted or not _is_allowed(use, grants, after, profile)


def test_it_decides_alike_in_whatever_order_the_grants_come() -> None:
    random = Random(15)
    for _ in range(EXAMPLES):
        use, grants, now, profile = random_case(random)
        shuffled = random.sample(grants, len(grants))
        assert decide(use, grants, now, profile) == decide(use, shuffled, now, profile)


def test_it_names_one_grant_a_person() -> None:
    random = Random(16)
    for _ in range(EXAMPLES):
        use, grants, now, profile = random_case(random)
        decision = decide(use, grants, now, profile)
        if isinstance(decision, Allow):
            assert [each.person for each in decision.trace] == [each.person for each in use.depicted or ()]
            assert {each.grant for each in decision.trace} <= {each.id for each in grants}


@pytest.mark.parametrize("ladder", [Audience, Money, LabelStrength, Withdrawal, Proof])
def test_it_keeps_the_order_of_each_ladder(ladder: Any) -> None:
    assert [each.rank for each in ladder] == list(range(len(ladder)))
