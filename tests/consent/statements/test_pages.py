from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.refusals import Refusal
from accounts.users.models import User
from consent.requests.models import Request
from consent.requests.states import RequestState
from consent.statements import services
from consent.statements.models import Statement
from consent.statements.queries import open_statement_about
from tests.consent.statements.test_services import RECORDING, request_
from tests.unrecorded import unrecorded

__all__ = ["request_"]


@pytest.fixture
def statement(request_: Request, person: User) -> Statement:
    with transaction.atomic():
        return services.ask_for(
            request=request_, person=person, speaker=person, scope="{}", facts={}, locale="en"
        )


@pytest.fixture
def reviewer(staff_user: User) -> User:
    staff_user.groups.set([Group.objects.get_or_create(name="consent_reviewer")[0]])
    return staff_user


def test_the_person_sends_what_they_were_asked_to_say(
    client: Client, person: User, statement: Statement
) -> None:
    client.force_login(person)
    address = reverse("statements:page", args=[statement.reference])
    assert " ".join(statement.code) in client.get(address).content.decode()
    bad = client.post(address, {"recording": SimpleUploadedFile("a.txt", b"hello" * 500)})
    assert bad.status_code == 422
    page = client.post(address, {"recording": SimpleUploadedFile("a.ogg", RECORDING)}, follow=True)
    assert "Nothing is agreed to before that." in page.content.decode()
    found = open_statement_about(statement.request_id, timezone.now())
    assert found == statement


def test_staff_hears_and_decides(
    client: Client, person: User, creator: User, reviewer: User, statement: Statement
) -> None:
    services.record(by=person, statement=statement, recording=RECORDING)
    client.force_login(reviewer)
    assert person.producer_id in client.get(reverse("statement_review:queue")).content.decode()
    assert (
        "<audio"
        in client.get(reverse("statement_review:statement", args=[statement.reference])).content.decode()
    )
    heard = client.get(reverse("statement_review:recording", args=[statement.reference]))
    assert (heard.content, heard["Content-Type"]) == (RECORDING, "audio/ogg")
    assert "sandbox" in heard["Content-Security-Policy"]
    address = reverse("statement_review:reject", args=[statement.reference])
    client.post(address, {"reason": "Another code was spoken."})
    client.force_login(person)
    page = client.get(reverse("statements:page", args=[statement.reference])).content.decode()
    assert "Another code was spoken." in page


def test_it_is_nobody_elses(client: Client, creator: User, reviewer: User, statement: Statement) -> None:
    for somebody in (creator, reviewer):
        client.force_login(somebody)
        assert client.get(reverse("statements:page", args=[statement.reference])).status_code == 404
    # Nothing was recorded yet.
    assert client.get(reverse("statement_review:statement", args=[statement.reference])).status_code == 404


def test_a_reviewer_does_not_hear_what_they_asked_for(
    client: Client, person: User, creator: User, statement: Statement
) -> None:
    creator.groups.add(Group.objects.get_or_create(name="consent_reviewer")[0])
    services.record(by=person, statement=statement, recording=RECORDING)
    client.force_login(creator)
    for name in ("recording", "accept"):
        address = reverse(f"statement_review:{name}", args=[statement.reference])
        response = client.get(address) if name == "recording" else client.post(address)
        assert response.status_code == 302
    statement.refresh_from_db()
    assert statement.state == "recorded"


def test_what_can_give_nothing_any_more_is_not_in_the_queue(
    client: Client, person: User, reviewer: User, statement: Statement
) -> None:
    services.record(by=person, statement=statement, recording=RECORDING)
    client.force_login(reviewer)
    queue = reverse("statement_review:queue")
    assert person.producer_id in client.get(queue).content.decode()
    with unrecorded():
        Request.objects.filter(pk=statement.request_id).update(state=RequestState.REFUSED)
    assert person.producer_id not in client.get(queue).content.decode()


def test_a_statement_that_is_damaged_gives_nothing(
    person: User, reviewer: User, statement: Statement
) -> None:
    services.record(by=person, statement=statement, recording=RECORDING)
    Statement.objects.update(sealed=b"damaged")
    services.hear(by=reviewer, statement=statement)
    with pytest.raises(Refusal) as refused:
        services.accept(by=reviewer, statement=Statement.objects.get())
    assert refused.value.code == "statement_damaged"


def test_who_gives_or_gets_the_consent_does_not_read_the_desk(
    client: Client, person: User, creator: User, reviewer: User, statement: Statement
) -> None:
    services.record(by=person, statement=statement, recording=RECORDING)
    for party in (person, creator):
        party.groups.set(reviewer.groups.all())
        client.force_login(party)
        refused = client.get(reverse("statement_review:statement", args=[statement.reference]))
        assert (refused.status_code, "<audio" in refused.content.decode()) == (403, False)
