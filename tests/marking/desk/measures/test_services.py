from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.notices.models import Notice
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from marking.desk.cases.models import Case
from marking.desk.measures.audit import mismatches
from marking.desk.measures.models import Measure
from marking.desk.measures.queries import standing_on
from marking.desk.measures.services import impose, lift
from marking.works.models import Work
from marking.works.states import WorkState
from tests.accounts.reasons.statements import NOW
from tests.consent.depicting import work_of
from tests.queries import queries_of
from tests.unrecorded import unrecorded

from .conftest import statement_about

pytestmark = pytest.mark.django_db

Impose = Callable[..., Measure]


def row(work: Work) -> dict[str, Any]:
    """All columns of a work."""
    return Work.objects.filter(pk=work.pk).values().get()


def test_it_turns_the_access_off_and_leaves_the_rest(work: Work, off: Impose) -> None:
    before = row(work)
    off(work)
    assert row(work) == before | {"blocked_at": NOW}
    assert not work.is_given_out
    assert Record.objects.filter(kind="work.blocked", subject=f"work:{work.code}").count() == 1


def test_lifting_it_gives_back_exactly_what_was(work: Work, off: Impose, operator: User) -> None:
    before = row(work)
    measure = off(work)
    lift(measure=measure, by=operator, now=NOW + timedelta(days=1))
    assert row(work) == before
    measure.refresh_from_db()
    assert (measure.lifted_by, measure.lifted_at) == (operator, NOW + timedelta(days=1))
    kinds = Record.objects.filter(subject=f"work:{work.code}").values_list("kind", flat=True)
    assert list(kinds.order_by("sequence")) == ["work.blocked", "work.unblocked"]
    assert Notice.objects.filter(user=work.owner, kind="work.access_restored").count() == 1
    assert list(mismatches()) == []


def test_another_measure_keeps_it_off(work: Work, off: Impose, operator: User, case: Case) -> None:
    first, second = off(work), off(work, case=case)
    lift(measure=first, by=operator)
    assert not Work.objects.get(pk=work.pk).is_given_out
    assert not Notice.objects.filter(kind="work.access_restored").exists()
    lift(measure=second, by=operator)
    assert Work.objects.get(pk=work.pk).is_given_out


def test_it_refuses_what_makes_no_sense(work: Work, off: Impose, operator: User, case: Case) -> None:
    measure = off(work, case=case)
    with pytest.raises(Refusal) as twice:
        off(work, case=case)
    assert twice.value.code == "already_off"
    lift(measure=measure, by=operator)
    with pytest.raises(Refusal) as again:
        lift(measure=measure, by=operator)
    assert again.value.code == "already_lifted"
    Work.objects.filter(pk=work.pk).update(state="queued", released_at=None)
    with pytest.raises(Refusal) as never:
        off(Work.objects.get(pk=work.pk))
    assert never.value.code == "never_released"


def test_the_database_refuses_impossible_measures(
    work: Work, off: Impose, operator: User, case: Case
) -> None:
    measure = off(work, by=operator, case=case)
    for impossible in (
        {"lifted_at": NOW},
        {"lifted_by": operator},
        {"confirmed_by": operator},
        {"imposed_by": None, "confirmed_by": operator},
        {"lifted_at": NOW - timedelta(days=1), "lifted_by": operator},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Measure.objects.filter(pk=measure.pk).update(**impossible)
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.create(work=work, case=case, statement=statement_about(work), imposed_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Work.objects.filter(pk=work.pk).update(state="queued", released_at=None)


def test_the_audit_names_what_was_altered_past_the_desk(work: Work, off: Impose) -> None:
    measure = off(work)
    assert list(mismatches()) == []
    Work.objects.filter(pk=work.pk).update(blocked_at=None)
    assert [each.code for each in mismatches()] == ["measure_without_block"]
    with unrecorded():
        Measure.objects.filter(pk=measure.pk).update(lifted_at=NOW, lifted_by=work.owner)
    assert [each.code for each in mismatches()] == ["measure_not_recorded"]
    Measure.objects.all().delete()
    Work.objects.filter(pk=work.pk).update(blocked_at=NOW)
    assert {each.code for each in mismatches()} == {"blocked_without_measure"}


def test_the_audit_asks_no_more_often_of_more_works(work: Work, off: Impose, creator: User) -> None:
    off(work)
    asked = queries_of(mismatches)
    for _ in range(2):
        off(work_of(creator, "released"))
    assert list(mismatches()) == []
    assert queries_of(mismatches) == asked


STATES: dict[str, dict[str, Any]] = {
    WorkState.RELEASED: {},
    WorkState.CONSENT_ENDED: {"consent_ended_at": NOW, "files_due_at": NOW},
    WorkState.DELETED: {"deleted_at": NOW},
}


@given(state=st.sampled_from(sorted(STATES)), steps=st.lists(st.integers(0, 4), max_size=8))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_imposed_and_lifted_again_leaves_the_work_as_it_was(
    work: Work, operator: User, state: str, steps: list[int]
) -> None:
    """Acts and overturnings in any order (D-4): off while one stands, and as before when none does."""
    with transaction.atomic():
        Work.objects.filter(pk=work.pk).update(state=state, **STATES[state])
        before = row(work)
        _walk(work, operator, steps)
        assert (row(work)["blocked_at"] is not None) == standing_on(work).exists()
        for measure in list(standing_on(work)):
            lift(measure=measure, by=operator)
        assert row(work) == before
        transaction.set_rollback(True)


def _walk(work: Work, operator: User, steps: list[int]) -> None:
    for step in steps:
        standing = list(standing_on(work))
        if step < 3 or not standing:
            impose(work=work, by=operator, statement=statement_about(work, operator), now=NOW)
        else:
            lift(measure=standing[step % len(standing)], by=operator)
