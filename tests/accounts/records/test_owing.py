"""No state that matters changes without a record in the same transaction: the database refuses the commit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from accounts.identity import services as identity
from accounts.identity.models import IdentityClaim
from accounts.records import owing
from accounts.records.models import OwedRecord
from accounts.users.models import User
from consent.grants.models import Grant
from consent.uses.models import Use
from marking.works.models import Work
from tests.consent.depicting import published
from tests.consent.people import NUMBERS, account, granted

pytestmark = pytest.mark.django_db(transaction=True)

Change = Callable[[], object]


@pytest.fixture
def work() -> Work:
    """A released work that shows somebody, under a grant."""
    person = account("lin@example.com", "Lin Mei")
    creator = account("creator@example.com", "Ada Lovelace", NUMBERS[1])
    found, _use = published(creator, granted(person, creator))
    return found


CHANGES: dict[str, Change] = {
    "marking_work": lambda: Work.objects.update(state="deleted", deleted_at=timezone.now()),
    "consent_use": lambda: Use.objects.update(state="cut_off", cut_off_at=timezone.now()),
    "consent_grant": lambda: Grant.objects.update(state="withdrawn", ended_at=timezone.now()),
    "accounts_identityclaim": lambda: IdentityClaim.objects.update(state="ended", level=0, recheck_at=None),
}


def states(table: type[models.Model]) -> list[str]:
    return [*table._default_manager.values_list("state", flat=True)]


def commit(*acts: Change) -> None:
    """Do all of it in one transaction."""
    with transaction.atomic():
        for act in acts:
            act()


@pytest.mark.parametrize("table", CHANGES)
def test_a_bare_change_is_not_committed(work: Work, table: str) -> None:
    (model,) = (each for each in (Work, Use, Grant, IdentityClaim) if each._meta.db_table == table)
    before = states(model)
    with pytest.raises(IntegrityError):
        commit(CHANGES[table])
    assert states(model) == before
    assert not OwedRecord.objects.exists()


def test_every_table_that_owes_is_tried() -> None:
    assert {each.table for each in owing.registered()} == CHANGES.keys()
    assert not owing.are_due(connection)


def test_a_record_of_something_else_does_not_settle_it(work: Work) -> None:
    owner = User.objects.get(pk=work.owner_id)
    claim = owner.identity_claims.get()
    with pytest.raises(IntegrityError):
        commit(CHANGES["marking_work"], lambda: identity.end(by=None, claim=claim, reason="Renewed"))
    assert owner.identity_claims.get().state == "verified"


def test_what_changes_no_state_owes_nothing(work: Work) -> None:
    assert Work.objects.update(state="released", width=7) == 1
    assert Work.objects.update(state="released") == 1


def test_it_is_called_what_the_log_calls_it(work: Work) -> None:
    owed: set[str] = set()
    with pytest.raises(IntegrityError):
        commit(*CHANGES.values(), lambda: owed.update(OwedRecord.objects.values_list("subject", flat=True)))
    people = {f"user:{each.producer_id}" for each in User.objects.filter(identity_claims__isnull=False)}
    assert owed == {
        f"work:{work.code}",
        Grant.objects.get().log_subject,
        Use.objects.get().log_subject,
        *people,
    }


def test_triggers_that_are_gone_are_missed_and_come_back(db: None) -> None:
    owing.remove(connection)
    assert owing.are_due(connection)
    owing.install(connection)
    owing.install(connection)
    assert not owing.are_due(connection)
