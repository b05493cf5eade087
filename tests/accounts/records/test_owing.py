"""No state that matters changes without a record in the same transaction: the database refuses the commit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.identity import services as identity
from accounts.records import owing
from accounts.records.models import OwedRecord
from accounts.users.models import User
from consent.requests.models import Request
from consent.requests.states import RequestState
from marking.works.models import Work
from tests.accounts.records.decided_things import CHANGES, change, everything, rows_of, states_of, subjects
from tests.consent.answers.asked import asked
from tests.consent.people import NUMBERS, account

pytestmark = pytest.mark.django_db(transaction=True)

Change = Callable[[], object]


@pytest.fixture
def work() -> Work:
    """A released work that shows somebody, under a grant; and a row of every other table."""
    return everything()


def commit(*acts: Change) -> None:
    """Do all of it in one transaction."""
    with transaction.atomic():
        for act in acts:
            act()


def test_a_bare_change_is_not_committed(work: Work) -> None:
    for table in CHANGES:
        before = states_of(table)
        with pytest.raises(IntegrityError):
            commit(partial(change, table))
        assert states_of(table) == before, table
    assert not OwedRecord.objects.exists()


def test_every_table_that_owes_is_tried() -> None:
    assert {each.table for each in owing.registered()} == CHANGES.keys()
    assert not owing.are_due(connection)


def test_a_record_of_something_else_does_not_settle_it(work: Work) -> None:
    owner = User.objects.get(pk=work.owner_id)
    claim = owner.identity_claims.get()
    with pytest.raises(IntegrityError):
        commit(partial(change, "marking_work"), lambda: identity.end(by=None, claim=claim, reason="Renewed"))
    assert owner.identity_claims.get().state == "verified"


def test_what_changes_no_state_owes_nothing(work: Work) -> None:
    assert Work.objects.update(state="released", width=7)
    assert Work.objects.update(state="released")
    assert rows_of("marking_case").update(due_at=timezone.now())


def test_it_is_called_what_the_log_calls_it(work: Work) -> None:
    expected, owed = set(subjects()), set[str]()
    with pytest.raises(IntegrityError):
        commit(
            *(partial(change, table) for table in CHANGES),
            lambda: owed.update(OwedRecord.objects.values_list("subject", flat=True)),
        )
    assert owed == expected


OWN, OTHERS = "request", "answer"


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("draft", "held", OWN),
        ("draft", "sent", OWN),
        ("held", "sent", OTHERS),  # it is delivered, which its requester never learns of
        ("held", "cancelled", OWN),
        ("sent", "superseded", OWN),
        ("sent", "viewed", OTHERS),
        ("confirmed", "refused", OTHERS),
        ("held", "expired", OTHERS),
    ],
)
def test_a_request_owes_under_the_name_that_its_record_has(old: str, new: str, kind: str) -> None:
    request = asked(account("creator@example.com", "Ada Lovelace", NUMBERS[1]))
    moved = Request.objects.filter(pk=request.pk)
    owed: list[str] = []
    with transaction.atomic():
        moved.update(state=RequestState(old))
        OwedRecord.objects.all().delete()
        moved.update(state=RequestState(new))
        owed.extend(OwedRecord.objects.values_list("subject", flat=True))
        OwedRecord.objects.all().delete()
    assert owed == [request.log_subject if kind == OWN else request.answer_subject]


def test_triggers_that_are_gone_are_missed_and_come_back(db: None) -> None:
    owing.remove(connection)
    assert owing.are_due(connection)
    owing.install(connection)
    owing.install(connection)
    assert not owing.are_due(connection)
