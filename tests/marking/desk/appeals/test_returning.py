"""What an overturned decision leaves: exactly what was before, and its history."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.records.models import Record
from accounts.sanctions.models import Sanction
from accounts.sanctions.queries import is_limited
from accounts.sanctions.services import confirm
from accounts.sanctions.states import Function, SanctionState, Step
from accounts.users.models import User
from marking.desk.appeals.services import file_for_case, overturn
from marking.desk.cases.models import Case
from marking.desk.decisions import services as cases
from tests.accounts.sanctions.decisions import NOW, sanctioned
from tests.marking.desk.complaints import filed

from .filings import DAY, REASONS, TEXT, appealed


def _functions(user: User, now: datetime) -> frozenset[Function]:
    return frozenset(each for each in Function if not is_limited(user, each, now))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.lists(st.frozensets(st.sampled_from(Function), min_size=1), max_size=2),
    step=st.sampled_from(Step),
    named=st.frozensets(st.sampled_from(Function), min_size=1),
    days=st.integers(1, 400),
    later=st.integers(0, 500),
)
def test_overturning_a_sanction_leaves_all_as_before_plus_history(
    before: list[frozenset[Function]],
    step: Step,
    named: frozenset[Function],
    days: int,
    later: int,
    user: User,
    first: User,
    second: User,
    third: User,
) -> None:
    """D-4: act, appeal, overturn: at every later moment as if it had never been, and all of it is still told."""
    with transaction.atomic():
        for each in before:
            sanctioned(user, first, functions=each, days=200)
        then = NOW + timedelta(days=1 + later)
        untouched = _functions(user, then)
        records, rows = Record.objects.count(), Sanction.objects.count()

        said: dict[str, Any] = {} if step is Step.CLOSE else {"days": days}
        sanction = sanctioned(
            user, first, step, **said | ({"functions": named} if step is Step.LIMIT else {})
        )
        if sanction.state == SanctionState.PROPOSED:
            confirm(by=second, sanction=sanction, now=NOW)
        overturn(by=third, appeal=appealed(sanction, NOW), reasons=REASONS, now=NOW + DAY)

        assert _functions(user, then) == untouched
        assert Sanction.objects.count() == rows + 1
        assert Record.objects.count() >= records + 4  # imposed, appealed, overturned, lifted
        transaction.set_rollback(True)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(waited=st.integers(0, 170), is_closed=st.booleans())
def test_overturning_a_rejection_leaves_the_case_as_it_was_filed_plus_history(
    waited: int, is_closed: bool, officer: User, second: User
) -> None:
    with transaction.atomic():
        case = filed(contact="")
        names = [each.name for each in Case._meta.fields if each.name not in {"due_at", "warn_at"}]
        before = {name: getattr(Case.objects.get(pk=case.pk), name) for name in names}

        cases.take(by=officer, case=case, now=NOW)
        cases.reject(by=officer, case=case, reason="It shows somebody else.", now=NOW)
        if is_closed:
            cases.close(by=None, case=case, now=NOW + 31 * DAY)
        appeal = file_for_case(case=case, text=TEXT, now=NOW + waited * DAY)
        overturn(by=second, appeal=appeal, reasons=REASONS, now=NOW + (waited + 1) * DAY)

        after = Case.objects.get(pk=case.pk)
        assert {name: getattr(after, name) for name in names} == before
        assert after.due_at - appeal.filed_at >= DAY
        assert after.warn_at is not None
        assert appeal.filed_at < after.warn_at < after.due_at
        events = set(case.events.values_list("event", flat=True))
        assert events >= {"received", "taken", "rejected", "appealed", "reopened"}
        transaction.set_rollback(True)
