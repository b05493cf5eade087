"""Sanctions that are lifted, or whose time is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.notices.models import Notice
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.sanctions.models import Sanction
from accounts.sanctions.queries import shut_by
from accounts.sanctions.reasoning import reasons_of
from accounts.sanctions.services import lift, tell_of_ends
from accounts.sanctions.states import Function, Step
from accounts.users.models import User
from accounts.vault.sealing import destroy

from .decisions import NOW, open_functions, sanctioned

DAY = timedelta(days=1)


INSTANT = timedelta(microseconds=1)


class TestLift:
    def test_it_opens_at_once_what_was_kept_shut(self, user: User, first: User) -> None:
        sanction = sanctioned(user, first, Step.SUSPEND)
        lift(by=first, sanction=sanction, now=NOW + DAY)

        assert open_functions(user, NOW + DAY) == set(Function)
        assert shut_by(user, NOW + DAY) is None
        kinds = list(Record.objects.order_by("sequence").values_list("kind", flat=True))
        assert kinds == ["reasons.stated", "sanction.imposed", "sanction.lifted"]
        assert set(Notice.objects.values_list("kind", flat=True)) == {"sanction.suspend", "sanction.lifted"}

    def test_it_leaves_what_another_sanction_keeps(self, user: User, first: User) -> None:
        sanctioned(user, first, functions=[Function.GENERATE])
        lift(by=first, sanction=sanctioned(user, first, Step.SUSPEND), now=NOW)

        assert set(Function) - open_functions(user, NOW) == {Function.GENERATE}

    def test_it_is_done_once(self, user: User, first: User) -> None:
        sanction = sanctioned(user, first)
        lift(by=first, sanction=sanction, now=NOW)

        with pytest.raises(Refusal) as refusal:
            lift(by=first, sanction=sanction, now=NOW)
        assert refusal.value.code == "wrong_state"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    standing=st.lists(st.frozensets(st.sampled_from(Function), min_size=1), max_size=2, unique=True),
    step=st.sampled_from([Step.WARN, Step.LIMIT, Step.SUSPEND]),
    functions=st.sets(st.sampled_from(Function), min_size=1),
    hours=st.integers(0, 40 * 24),
)
def test_lifting_leaves_everything_as_it_was(
    standing: list[frozenset[Function]],
    step: Step,
    functions: set[Function],
    hours: int,
    user: User,
    first: User,
) -> None:
    """Law of D-4: impose, then lift, and at every later moment the account stands as without it."""
    with transaction.atomic():
        for each in standing:
            sanctioned(user, first, functions=each, days=20)
        later = NOW + timedelta(hours=hours)
        before = open_functions(user, later)
        sanction = sanctioned(user, first, step, functions=functions if step is Step.LIMIT else ())
        lift(by=first, sanction=sanction, now=NOW)

        assert open_functions(user, later) == before
        assert Sanction.objects.count() == len(standing) + 1  # the history stays
        transaction.set_rollback(True)


class TestTellOfEnds:
    def test_it_tells_once_when_the_time_is_over(self, user: User, first: User) -> None:
        sanctioned(user, first, days=1)

        assert tell_of_ends(now=NOW + DAY - INSTANT) == 0
        assert tell_of_ends(now=NOW + DAY) == 1
        assert tell_of_ends(now=NOW + DAY) == 0
        assert Notice.objects.filter(kind="sanction.ended").count() == 1
        assert Record.objects.filter(kind="sanction.ended").count() == 1

    def test_a_warning_ends_in_silence(self, user: User, first: User) -> None:
        sanctioned(user, first, Step.WARN, days=1)

        assert tell_of_ends(now=NOW + DAY) == 1
        assert not Notice.objects.filter(kind="sanction.ended").exists()

    def test_it_goes_on_after_an_erasure(self, user: User, first: User) -> None:
        sanction = sanctioned(user, first, days=1)
        destroy(user)

        assert tell_of_ends(now=NOW + DAY) == 1
        assert reasons_of(Sanction.objects.get(pk=sanction.pk)) is None
