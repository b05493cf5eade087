from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from accounts.retention import holds
from accounts.users.erasure import RETENTION, erase_account
from accounts.users.models import User
from accounts.users.services import request_deletion
from consent.contacts.services import address_of, contact_for
from consent.requests.lifecycle import drop
from consent.requests.models import Request
from consent.requests.names import name_of
from consent.requests.states import RequestState
from consent.uses.models import DepictedPerson
from consent.uses.services import propose
from tests.consent.people import NUMBERS, account
from tests.consent.requests.asking import ADDRESS, PERSON, drafted, sent

pytestmark = pytest.mark.django_db


def test_it_takes_back_what_was_asked_and_forgets_whom(creator: User, person: User) -> None:
    request, draft = sent(creator), drafted(creator, "x@example.com")
    sent(person, "x@example.com")
    contact_for(creator.email)
    request_deletion(by=creator)
    erase_account(by=None, user=creator, now=timezone.now() + RETENTION + timedelta(days=1))
    states = set(Request.objects.filter(requester=creator).values_list("state", flat=True))
    assert states == {RequestState.CANCELLED}
    request.refresh_from_db()
    draft.refresh_from_db()
    assert (name_of(request), name_of(draft)) == ("", "")
    assert [address_of(each.contact) for each in (request, draft)] == ["", "x@example.com"]
    assert (request.contact.sealed_address, request.dropped_as) == (None, "cancelled")


@pytest.fixture
def another(db: None) -> User:
    """Somebody else who asks."""
    return account("another@example.com", "Ben Bitdiddle", NUMBERS[2])


def erased(user: User) -> None:
    request_deletion(by=user)
    erase_account(by=None, user=user, now=timezone.now() + RETENTION + timedelta(days=1))


def test_it_forgets_under_which_name_and_address_the_person_was_asked(
    creator: User, another: User, person: User, countered: Request
) -> None:
    unanswered, to_another = sent(another), sent(creator, "x@example.com")
    erased(person)
    for request in (countered, unanswered):
        request.refresh_from_db()
        assert (request.wrapped_key, name_of(request), address_of(request.contact)) == (None, "", "")
    to_another.refresh_from_db()
    assert (name_of(to_another), address_of(to_another.contact)) == (PERSON, "x@example.com")
    assert countered.state == RequestState.COUNTERED


def test_it_forgets_an_address_that_was_the_persons_once(person: User, countered: Request) -> None:
    EmailAddress.objects.filter(user=person).update(email="moved@example.com")
    erased(person)
    countered.refresh_from_db()
    assert (name_of(countered), address_of(countered.contact)) == ("", "")


def test_it_keeps_an_address_that_is_somebody_elses_by_now(
    another: User, person: User, countered: Request
) -> None:
    EmailAddress.objects.filter(user=person).update(email="moved@example.com")
    still_asked = sent(another)
    erased(person)
    still_asked.refresh_from_db()
    assert (name_of(still_asked), address_of(still_asked.contact)) == (PERSON, ADDRESS)
    countered.refresh_from_db()
    assert name_of(countered) == ""


@pytest.fixture
def moved(person: User, countered: Request) -> User:
    """Who answered under an address that is a third person's by now."""
    EmailAddress.objects.filter(user=person).update(email="moved@example.com")
    person.email = "moved@example.com"
    person.save()
    return person


@pytest.fixture
def newcomer(moved: User) -> User:
    """Whose address it is by now."""
    return account(ADDRESS, "Vera", NUMBERS[3])


@pytest.mark.parametrize("held", ["the question", "the account"])
def test_it_keeps_what_is_held_of_somebody_else(
    another: User, moved: User, newcomer: User, held: str
) -> None:
    request, now = sent(another), timezone.now()
    with transaction.atomic():
        drop(request, RequestState.CANCELLED, by=another, now=now)
    use = propose(owner=another, subject="work:0000000001", output_sha256="0" * 64)
    DepictedPerson.objects.create(
        use=use, position=0, elements=["face"], operations=["face_swap"], request=request
    )
    hold(use.subject if held == "the question" else f"user:{newcomer.producer_id}", RETENTION)
    erased(moved)
    request.refresh_from_db()
    assert (name_of(request), address_of(request.contact)) == (PERSON, ADDRESS)


def test_it_keeps_an_address_under_which_somebody_else_answered_until_they_are_erased_too(
    moved: User, newcomer: User, countered: Request
) -> None:
    erased(newcomer)
    countered.refresh_from_db()
    assert (name_of(countered), address_of(countered.contact)) == (PERSON, ADDRESS)
    erased(moved)
    countered.refresh_from_db()
    assert (name_of(countered), address_of(countered.contact)) == ("", "")


def test_it_forgets_the_name_of_one_who_never_answered_under_an_address_that_stays(
    another: User, moved: User, newcomer: User, countered: Request
) -> None:
    request = sent(another)
    erased(newcomer)
    request.refresh_from_db()
    assert name_of(request) == ""


def hold(subject: str, longer: timedelta = timedelta()) -> None:
    """Hold ``subject``, for the time until somebody has to confirm it and ``longer``."""
    now = timezone.now()
    holds.LegalHold.objects.create(
        subject=subject, case="1", document_sha256="ab" * 32, proposed_by=User.objects.create_user("o@x.org"),
        proposed_at=now, ends_at=now + longer + holds.CONFIRMED_WITHIN,
    )  # fmt: skip


def test_nobody_is_erased_while_a_question_to_them_is_held(creator: User, person: User) -> None:
    """Also one that nobody answered: it is theirs by the address alone."""
    request, now = sent(creator), timezone.now()
    use = propose(owner=creator, subject="work:0000000001", output_sha256="0" * 64)
    DepictedPerson.objects.create(
        use=use, position=0, elements=["face"], operations=["face_swap"], request=request
    )
    assert not holds.keeps_account(person, now)
    hold(use.subject)
    assert holds.keeps_account(person, now)
