"""Names and addresses that older versions left of people who were erased."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from accounts.users.models import User
from accounts.vault.sealing import destroy
from consent.contacts.models import Contact
from consent.contacts.services import address_of
from consent.requests.delivery import deliver
from consent.requests.lifecycle import move
from consent.requests.models import Request
from consent.requests.names import name_of
from consent.requests.states import RequestState
from tests.consent.requests.asking import ADDRESS, PERSON, sent

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE, AFTER = ("consent", "0002_emptied_rows"), ("consent", "0003_names_of_erased")


@pytest.fixture
def older() -> Iterator[None]:
    """The database of the version before; it is brought up to date in the end."""
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    MigrationExecutor(connection).migrate([BEFORE])
    yield
    MigrationExecutor(connection).migrate(leaves)


@transaction.atomic
def answered(by: User, person: User, address: str) -> Request:
    """A request that ``person`` proved to be asked."""
    request, now = sent(by, address), timezone.now()
    deliver(request.pk)
    request.refresh_from_db()
    for state in (RequestState.VIEWED, RequestState.CONFIRMED):
        move(request, state, by=person, now=now, person=person)
    return request


def shown(request: Request) -> tuple[Any, ...]:
    request.refresh_from_db()
    return name_of(request), address_of(request.contact)


@pytest.mark.usefixtures("older")
def test_they_are_forgotten_and_nobody_elses(creator: User, person: User, other_user: User) -> None:
    erased, unanswered = answered(creator, other_user, "ben@example.com"), sent(creator, "gone@example.com")
    moved, standing = answered(creator, other_user, "old@example.com"), answered(creator, person, ADDRESS)
    waiting = sent(person, "old@example.com")
    Contact.objects.filter(pk=unanswered.contact.pk).update(wrapped_key=None, sealed_address=None)
    destroy(other_user)

    MigrationExecutor(connection).migrate([AFTER])

    assert [shown(each) for each in (erased, unanswered)] == [("", ""), ("", "")]
    assert shown(moved) == ("", "old@example.com")  # somebody else may be asked under it now
    assert [shown(each)[0] for each in (standing, waiting)] == [PERSON, PERSON]
    assert shown(standing)[1] == ADDRESS
