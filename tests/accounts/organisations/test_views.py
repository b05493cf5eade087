from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client

from accounts.identity import services as identity
from accounts.identity.documents import DocumentType
from accounts.organisations.models import Mandate, Organisation
from accounts.organisations.states import OrganisationState
from accounts.users.models import User

PAGE, DESK = "/me/organisation/", "/desk/organisations/"
FORM = {"name": "Studio", "uscc": "91110102MACQD9K640"}


def _browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _messages(response: HttpResponse) -> str:
    return " ".join(str(each) for each in get_messages(response.wsgi_request))


@pytest.fixture
def head(verified_user: User) -> Client:
    return _browser(verified_user)


@pytest.fixture
def desk(staff_user: User) -> Client:
    return _browser(staff_user)


@pytest.fixture
def studio(head: Client, desk: Client) -> Organisation:
    """An organisation that was registered and accepted on the pages."""
    assert "staff looks at it" in _messages(head.post(PAGE, FORM))
    found = Organisation.objects.get()
    assert "Studio" in desk.get(DESK).content.decode()
    assert "91110102MACQD9K640" in desk.get(f"{DESK}{found.pk}").content.decode()
    assert "is accepted" in _messages(desk.post(f"{DESK}{found.pk}/approve"))
    found.refresh_from_db()
    return found


@pytest.fixture
def delegate(other_user: User) -> User:
    facts = {"document_type": DocumentType.PASSPORT, "name": "Ben", "number": "E12345678"}
    identity.vouch(by=None, user=other_user, **facts)  # type: ignore[arg-type]
    return other_user


def _mandate(head: Client, studio: Organisation, delegate: User) -> Mandate:
    form = {"delegate_id": delegate.producer_id, "scopes": ["publish"], "ends_on": "2099-01-01"}
    url = f"{PAGE}{studio.reference}"
    assert "within two years" in _messages(head.post(url, form))
    ends_on = f"{studio.submitted_at.year + 1}-01-01"
    assert "is given" in _messages(head.post(url, form | {"ends_on": ends_on}))
    return Mandate.objects.get()


def test_who_is_no_verified_person_is_told_first(user: User) -> None:
    client = _browser(user)
    assert "must first be verified" in client.get(PAGE).content.decode()
    assert "must first be verified" in _messages(client.post(PAGE, FORM))


def test_a_code_that_is_wrong_is_refused(head: Client) -> None:
    assert "check character" in _messages(head.post(PAGE, FORM | {"uscc": "91110102MACQD9K641"}))
    assert head.post(PAGE, {}).status_code == 200


def test_it_says_that_no_third_party_checked_it(head: Client, studio: Organisation) -> None:
    assert "not verified by a third party" in head.get(PAGE).content.decode()


def test_a_mandate_is_given_shown_and_taken_back(head: Client, studio: Organisation, delegate: User) -> None:
    mandate, theirs = _mandate(head, studio, delegate), _browser(delegate)
    url = f"{PAGE}{studio.reference}"
    assert "Mark and publish works" in theirs.get(url).content.decode()
    assert b"Name a delegate" not in theirs.get(url).content
    assert "can do this" in _messages(theirs.post(f"{url}/end"))
    revoke = f"{url}/mandates/{mandate.reference}/revoke"
    assert "has ended" in _messages(head.post(revoke))
    assert "already ended" in _messages(head.post(revoke))
    assert "taken back" in head.get(url).content.decode()


def test_a_form_that_is_not_filled_in_is_shown_again(head: Client, studio: Organisation) -> None:
    assert head.post(f"{PAGE}{studio.reference}", {"delegate_id": "x"}).status_code == 200


def test_nobody_else_sees_it(studio: Organisation, other_user: User) -> None:
    assert _browser(other_user).get(f"{PAGE}{studio.reference}").status_code == 404


def test_its_representative_ends_it(head: Client, studio: Organisation) -> None:
    assert "no longer answer" in _messages(head.post(f"{PAGE}{studio.reference}/end"))
    studio.refresh_from_db()
    assert studio.state == OrganisationState.ENDED
    assert head.get(PAGE).status_code == 200


def test_staff_turns_down_with_a_reason_and_ends(head: Client, desk: Client, studio: Organisation) -> None:
    assert "Say why" in _messages(desk.post(f"{DESK}{studio.pk}/end", {"reason": ""}))
    assert "is ended" in _messages(desk.post(f"{DESK}{studio.pk}/end", {"reason": "Dissolved"}))
    assert "Dissolved" in desk.get(f"{DESK}{studio.pk}").content.decode()
    head.post(PAGE, FORM)
    second = Organisation.objects.latest("pk")
    assert "turned down" in _messages(desk.post(f"{DESK}{second.pk}/reject", {"reason": "No licence"}))
    assert desk.get(f"{DESK}9999").status_code == 404


def test_nobody_decides_on_their_own(operator: User) -> None:
    facts = {"document_type": DocumentType.PASSPORT, "name": "Op", "number": "E12345678"}
    identity.vouch(by=None, user=operator, **facts)  # type: ignore[arg-type]
    client = _browser(operator)
    client.post(PAGE, FORM)
    found = Organisation.objects.get()
    page = client.get(f"{DESK}{found.pk}")
    assert (page.status_code, "another reviewer" in page.content.decode()) == (403, True)
    assert "Nobody decides" in _messages(client.post(f"{DESK}{found.pk}/approve"))
