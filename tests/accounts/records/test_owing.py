"""No state that matters changes without a record in the same transaction: the database refuses the commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from accounts.identity import services as identity
from accounts.identity.models import IdentityClaim
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


@pytest.mark.parametrize(
    "fields",
    [
        {"provider": "oidc", "level": 3, "evidence": b"e" * 32},
        {"provider": "manual"},
        {"level": 1},
        {"evidence": b"e" * 32},
        {"user": "another"},
    ],
    ids=lambda fields: "-".join(fields),
)
def test_nobody_is_called_checked_by_another_or_further_without_a_record(fields: dict[str, Any]) -> None:
    """C-6: by an UPDATE that every constraint on the row lets pass."""
    person = account("lin@example.com", "Lin Mei")
    claims = IdentityClaim.objects.filter(user=person)
    before = states_of("accounts_identityclaim")
    if "user" in fields:
        fields = {"user": User.objects.create_user("another@example.com", None)}
    with pytest.raises(IntegrityError):
        commit(lambda: claims.update(**fields))
    assert states_of("accounts_identityclaim") == before
    assert identity.end(by=None, claim=claims.get(), reason="Renewed").level == 0


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


BEFORE, AFTER = "0009_visits_with_sessions", "0010_levels_owe_records"


@pytest.fixture
def older(db: None) -> Iterator[IdentityClaim]:
    """A real name in a database of the version before, in which a claim owes for its state alone."""
    claim = account("lin@example.com", "Lin Mei").identity_claims.get()
    call_command("migrate", "accounts", BEFORE, verbosity=0)
    (debtor,) = (each for each in owing.registered() if each.table == "accounts_identityclaim")
    owing.register(replace(debtor, columns=("state",)))
    owing.install(connection)
    owing.register(debtor)
    yield claim
    call_command("migrate", "accounts", verbosity=0)


def test_an_older_database_owes_for_levels_once_it_is_brought_up_to_date(older: IdentityClaim) -> None:
    claims = IdentityClaim.objects.filter(pk=older.pk)
    commit(lambda: claims.update(level=1))
    for _ in range(2):
        MigrationExecutor(connection).migrate([("accounts", AFTER)])
        with pytest.raises(IntegrityError):
            commit(lambda: claims.update(level=2))
        assert (claims.get().level, owing.are_due(connection)) == (1, False)
        MigrationExecutor(connection).migrate([("accounts", BEFORE)])
