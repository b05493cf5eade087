from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.users.models import User
from consent.withdrawal.services import withdraw
from marking.consenting import tasks
from marking.desk.cases.contents import description_of
from marking.desk.cases.kinds import Kind
from marking.desk.cases.models import Case
from marking.works.models import Work
from tests.consent.depicting import publish, published, work_of
from tests.consent.people import NUMBERS, account, granted, proposed
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def other() -> User:
    return account("other@example.com", "Wu Qing", NUMBERS[2])


def online(owner: User, person: User) -> Work:
    """A released work under a grant of its own; all are of the same file."""
    grant = granted(person, owner)
    work = work_of(owner, "released")
    publish(proposed(owner, grant, work=work.code))
    return work


def test_it_asks_about_the_same_file_where_nothing_of_the_person_allows_it(
    person: User, creator: User, other: User
) -> None:
    grant = granted(person, creator)
    dark, _use = published(creator, grant)
    undeclared = work_of(other, "released", depicts="nobody")
    of_somebody_else = online(other, account("wang@example.com", "Wang Fang", NUMBERS[3]))
    allowed = online(other, person)
    work_of(other, "released", depicts="nobody", source_sha256="f" * 64)
    withdraw(by=person, grant=grant)
    for _ in range(2):
        tasks.tell(dark.pk)
    cases = Case.objects.all()
    assert {each.work for each in cases} == {undeclared, of_somebody_else}
    assert {each.kind for each in cases} == {Kind.NO_CONSENT}
    assert all(dark.code in description_of(each) for each in cases)
    assert "Lin" not in description_of(cases[0])
    allowed.refresh_from_db()
    assert allowed.state == "released"


def test_it_asks_nothing_while_a_consent_only_rests(person: User, creator: User, other: User) -> None:
    from consent.grants.models import Suspension
    from consent.withdrawal.suspension import suspend

    grant = granted(person, creator)
    dark, _use = published(creator, grant)
    work_of(other, "released", depicts="nobody")
    suspend(grant, Suspension.DISPUTE, by=None)
    tasks.tell(dark.pk)
    assert not Case.objects.exists()


def test_it_asks_about_a_work_whose_file_was_the_released_one(
    person: User, creator: User, other: User
) -> None:
    dark, _use = published(creator, granted(person, creator))
    with unrecorded():
        Work.objects.filter(pk=dark.pk).update(
            state="consent_ended", consent_ended_at=timezone.now(), files_due_at=timezone.now()
        )
    again = work_of(other, "released", depicts="nobody", source_sha256=dark.marked_sha256)
    tasks.tell(dark.pk)
    assert Case.objects.get().work == again
