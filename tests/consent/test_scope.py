from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from consent.scope import Allow, Deny, Grant, Likeness, Use, decide

NOW = datetime(2026, 6, 1, tzinfo=UTC)
likenesses = st.frozensets(st.sampled_from(list(Likeness)))
grants = st.builds(
    lambda which, start, days: Grant(which, NOW + timedelta(days=start), NOW + timedelta(days=start + days)),
    likenesses,
    st.integers(-20, 20),
    st.integers(0, 40),
)


def _grant(*which: Likeness, start: int = -1, end: int = 1) -> Grant:
    return Grant(frozenset(which), NOW + timedelta(days=start), NOW + timedelta(days=end))


def test_it_allows_a_use_that_shows_nobody() -> None:
    assert decide(Use(frozenset()), [], NOW) == Allow(None)


def test_it_denies_by_default_and_names_everything_that_is_missing() -> None:
    assert decide(Use(frozenset(Likeness)), [], NOW) == Deny(frozenset(Likeness))


def test_it_allows_what_one_active_grant_covers() -> None:
    grant = _grant(Likeness.FACE, Likeness.VOICE)
    assert decide(Use(frozenset({Likeness.FACE})), [grant], NOW) == Allow(grant)


def test_it_never_adds_grants_up() -> None:
    split = [_grant(Likeness.FACE), _grant(Likeness.VOICE)]
    assert isinstance(decide(Use(frozenset(Likeness)), split, NOW), Deny)


def test_it_names_what_the_nearest_grant_leaves_out() -> None:
    assert decide(Use(frozenset(Likeness)), [_grant(Likeness.FACE)], NOW) == Deny(frozenset({Likeness.VOICE}))


def test_it_ends_a_grant_at_its_last_moment() -> None:
    use = Use(frozenset({Likeness.FACE}))
    assert isinstance(decide(use, [_grant(Likeness.FACE, end=0)], NOW), Deny)
    assert isinstance(decide(use, [_grant(Likeness.FACE, start=0)], NOW), Allow)


@settings(max_examples=60, deadline=None)
@given(likenesses, st.lists(grants, max_size=4), grants)
def test_it_never_denies_more_because_of_one_more_grant(
    which: frozenset[Likeness], held: list[Grant], extra: Grant
) -> None:
    if isinstance(decide(Use(which), held, NOW), Allow):
        assert isinstance(decide(Use(which), [*held, extra], NOW), Allow)
