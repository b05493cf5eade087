from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.transaction import TransactionManagementError

from accounts.notices.models import Notice
from accounts.reasons.checking import check
from accounts.reasons.documents import document_of
from accounts.reasons.models import StatementOfReasons
from accounts.reasons.queries import documents
from accounts.reasons.schema import Account, Decision, Ground, GroundKind, Provision, Visibility
from accounts.reasons.services import ReasonsInvalid, state
from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.users.models import User
from accounts.vault.sealing import destroy

from .statements import NOW, reasons, stated

pytestmark = pytest.mark.django_db


def test_it_writes_a_statement_that_the_checker_passes(user: User) -> None:
    statement = stated(user)
    document = document_of(statement)
    assert check(document) == []
    assert document["automated_decision"] == "AUTOMATED_DECISION_FULLY"
    assert document["application_date"] == "2026-03-01"
    assert user.email not in str(document)
    assert user.producer_id not in str(document)


def test_a_human_decides_without_a_machine(user: User, operator: User) -> None:
    assert document_of(stated(user, by=operator))["automated_decision"] == "AUTOMATED_DECISION_NOT_AUTOMATED"


def test_it_records_and_tells_in_the_same_transaction(user: User) -> None:
    statement = stated(user)
    record = Record.objects.get(kind="reasons.stated")
    assert record.subject == statement.log_subject
    assert body_of(record)["document_sha256"] == statement.sha256  # type: ignore[index,call-overload]
    assert Notice.objects.get(user=user).kind == "reasons.stated"


def test_it_states_against_an_account_that_is_erased(user: User) -> None:
    destroy(user)
    assert stated(user).person == user
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"facts": " "},
        {"facts": "x" * 5001},
        {"decision": Decision()},
        {"decision": Decision(Visibility.OTHER)},
        {"ground": Ground(GroundKind.ILLEGAL, "", "why")},
        {"ground": Ground(GroundKind.ILLEGAL, "Art. 1", "x" * 2001)},
        {"facts": "Somebody wrote from lin@example.com."},
        {"decision": Decision(account=Account.SUSPENDED, ends_on=date(2026, 2, 1))},
        {"territory": ()},
    ],
)
def test_it_refuses_what_the_schema_does_not_allow(user: User, changed: dict[str, Any]) -> None:
    with pytest.raises(ReasonsInvalid) as refused:
        stated(user, **changed)
    assert refused.value.findings
    assert not StatementOfReasons.objects.exists()
    assert not Record.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_wants_the_transaction_of_the_decision(user: User) -> None:
    with pytest.raises(TransactionManagementError):
        state(person=user, **reasons())


def test_it_states_provision_and_account_with_their_ends(user: User, operator: User) -> None:
    ends = date(2026, 4, 1)
    decision = Decision(provision=Provision.PARTIAL_SUSPENSION, account=Account.SUSPENDED, ends_on=ends)
    ground = Ground(GroundKind.INCOMPATIBLE, "Section 4", "It forbids that.", is_also_illegal=False)
    document = document_of(stated(user, decision=decision, ground=ground, by=operator))
    assert check(document) == []
    assert (
        document["end_date_service_restriction"] == document["end_date_account_restriction"] == "2026-04-01"
    )
    assert document["incompatible_content_illegal"] == "No"
    assert "end_date_visibility_restriction" not in document


@pytest.mark.parametrize(
    "changed",
    [
        {"visibility": ""},
        {"visibility": Visibility.OTHER},
        {"other": "shown to nobody"},
        {"ground": "whim"},
        {"facts": ""},
        {"facts": "x" * 5001},
        {"explanation": "x" * 2001},
        {"reference": "x" * 501},
        {"category": "nothing"},
        {"also_illegal": "Yes"},
        {"ends_on": date(2026, 1, 1)},
        {"applies_on": date(2019, 1, 1)},
        {"automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED"},
    ],
)
def test_the_database_refuses(user: User, changed: dict[str, Any]) -> None:
    statement = stated(user)
    with pytest.raises(DatabaseError), transaction.atomic():
        StatementOfReasons.objects.filter(pk=statement.pk).update(**changed)


def test_the_export_is_in_order_and_of_the_days_asked_for(user: User) -> None:
    first = stated(user)
    second = stated(user, now=NOW.replace(day=5))
    assert [each["puid"] for each in documents()] == [str(first.pk), str(second.pk)]
    assert [each["puid"] for each in documents(since=date(2026, 3, 2))] == [str(second.pk)]
    assert [each["puid"] for each in documents(until=date(2026, 3, 1))] == [str(first.pk)]
