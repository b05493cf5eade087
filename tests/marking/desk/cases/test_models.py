"""The database …"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.users.models import User
from marking.desk.cases.models import Case, ReportOpinion
from marking.desk.filing import services as filing
from marking.verification.report import Verdict
from tests.marking.desk.complaints import NOW, filed

pytestmark = pytest.mark.django_db
ANSWERED = {"answer": "We have looked into it.", "answered_at": NOW}


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "in_review"},
        {"state": "answered", **ANSWERED},
        {"state": "answered", "taken_by": 1, "answer": "We have looked into it."},
        {"state": "answered", "taken_by": 1, "answered_at": NOW},
        {"state": "closed", "taken_by": 1, **ANSWERED, "closed_at": NOW},
        {"state": "closed", "taken_by": 1, **ANSWERED, "contact": None},
        {"answer": "We have looked into it."},
        {"closed_at": NOW},
        {"wrapped_key": None},
        {"wrapped_key": None, "description": None},
    ],
    ids=lambda fields: ",".join(fields),
)
def test_holds_no_case_whose_state_and_facts_disagree(
    case: Case, officer: User, fields: dict[str, Any]
) -> None:
    fields = fields | ({"taken_by": officer} if "taken_by" in fields else {})
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**fields)


def test_holds_one_case_for_each_form(case: Case) -> None:
    other = filed()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=other.pk).update(token_index=bytes(case.token_index))


def test_names_its_rows_without_anything_personal(case: Case) -> None:
    filing.count_opinion(verdict=Verdict.CONFIRMED, is_right=True, day=NOW.date())
    assert str(case) == f"case {case.code}"
    assert str(case.events.get()) == f"case {case.code}: received"
    assert str(ReportOpinion.objects.get()) == "2026-03-01 confirmed: 1"


def test_keeps_the_times_it_is_given(case: Case) -> None:
    case.refresh_from_db()
    assert case.due_at - case.created_at == timedelta(days=3)


@pytest.mark.parametrize(
    "impossible",
    [
        {"taken_at": NOW},
        {"valid_at": NOW - timedelta(seconds=1)},
        {"paused_at": NOW},
        {"paused_for": "court"},
        {"acted_at": NOW},
        {"document_sha256": "d" * 64},
        {"released_at": NOW},
        {"kind": "authority_order"},
    ],
)
def test_clocks_and_orders_that_cannot_be_are_refused(case: Case, impossible: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**impossible)
