from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.records import log
from accounts.users.models import User
from accounts.vault.sealing import destroy
from consent.blocking.models import Block
from consent.blocking.services import block, is_blocked
from consent.contacts.services import contact_for
from consent.grants.models import Grant
from consent.receipts.queries import receipts_for
from consent.requests.models import Request
from consent.scope import VERSION, GrantState
from consent.scope.documents import write_scope
from consent.uses.models import Use
from consent.uses.services import check, go_live
from tests.consent.people import granted, proposed, scope_for

PAGE = "likeness:page"

SENT = {"sha256": "ab" * 32, "recipient": "0" * 12, "channel": "page", "territory": ["CN"]}


@pytest.fixture
def signed_in(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


@pytest.fixture
def live(creator: User, grant: Grant) -> Use:
    use = proposed(creator, grant)
    check(use)
    with transaction.atomic():
        go_live(use, now=timezone.now())
        for _ in range(2):
            log.append(kind="work.downloaded", subject=use.subject, body=SENT, by=creator)
    return use


def read(client: Client, name: str = PAGE, *args: object) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def asked(creator: User, address: str, state: str = "sent") -> Request:
    now = timezone.now()
    return Request.objects.create(
        requester=creator,
        contact=contact_for(address),
        state=state,
        sent_at=now,
        vocabulary=VERSION,
        scope=write_scope(scope_for(creator)),
        scope_sha256="0" * 64,
        answer_by=now + timezone.timedelta(days=14),
    )


def test_it_says_that_nobody_may_do_anything(signed_in: Client) -> None:
    assert "You have allowed nothing." in read(signed_in)


def test_it_shows_grants_uses_and_downloads(signed_in: Client, person: User, grant: Grant, live: Use) -> None:
    page = read(signed_in)
    assert grant.grantee.producer_id in page
    assert "1 of 3 files made." in page
    assert "2 downloads." in page
    one = read(signed_in, "likeness:grant", grant.reference)
    assert live.subject in one
    assert "face swap" in one
    assert "<dd>3 files</dd>" in one
    assert "Online" in one
    receipt = receipts_for(person).get()
    assert reverse("receipts:page", args=[receipt.pk]) in one


def test_it_shows_requests_to_a_confirmed_address_only(signed_in: Client, creator: User) -> None:
    request = asked(creator, "LIN@example.com")
    page = read(signed_in)
    assert "Asked by" in page
    assert reverse("own_requests:page", args=[request.answer_reference]) in page
    Request.objects.all().delete()
    asked(creator, "someone@example.com")
    asked(creator, "lin@example.com", state="held")
    assert "Asked by" not in read(signed_in)


def test_a_request_that_waits_leads_to_its_page(signed_in: Client, creator: User) -> None:
    request = asked(creator, "lin@example.com")
    address = reverse("own_requests:page", args=[request.answer_reference])
    assert address in read(signed_in)
    assert signed_in.get(address).status_code == 200


def test_it_lists_the_receipts_of_a_grant(signed_in: Client, person: User, grant: Grant) -> None:
    (receipt,) = receipts_for(person)
    address = reverse("receipts:page", args=[receipt.reference])
    assert address in read(signed_in, "likeness:grant", grant.reference)
    assert signed_in.get(address).status_code == 200


@pytest.mark.parametrize("has_account", [True, False])
def test_it_unblocks_a_requester(signed_in: Client, person: User, creator: User, has_account: bool) -> None:
    contact = contact_for("lin@example.com")
    block(contact, creator, person=person if has_account else None, about=uuid4())
    assert creator.producer_id in read(signed_in)
    address = reverse("likeness:unblock", args=[Block.objects.get().pk])
    page = signed_in.post(address, follow=True).content.decode()
    assert "can ask you again" in page
    assert creator.producer_id not in page
    assert not is_blocked(person, creator)
    assert signed_in.post(address).status_code == 302


def test_it_unblocks_nobody_whom_others_blocked(signed_in: Client, creator: User, other_user: User) -> None:
    block(contact_for("someone@example.com"), creator, person=other_user, about=uuid4())
    assert "Blocked requesters" not in read(signed_in)
    signed_in.post(reverse("likeness:unblock", args=[Block.objects.get().pk]))
    assert Block.objects.exists()


def test_it_ends_a_grant_in_two_steps(signed_in: Client, grant: Grant, live: Use) -> None:
    address = reverse("likeness:withdraw", args=[grant.reference])
    assert address in read(signed_in)
    assert signed_in.get(address).status_code == 200
    grant.refresh_from_db()
    assert grant.state == GrantState.ACTIVE
    page = signed_in.post(address, follow=True).content.decode()
    grant.refresh_from_db()
    live.refresh_from_db()
    assert (grant.state, live.state) == (GrantState.WITHDRAWN, "cut_off")
    assert "Withdrawn. What was online under this consent is off." in page
    assert signed_in.post(address).status_code == 302


def test_it_ends_everything_at_once(signed_in: Client, person: User, creator: User, grant: Grant) -> None:
    granted(person, creator)
    signed_in.post(reverse("likeness:withdraw_all"))
    assert set(Grant.objects.values_list("state", flat=True)) == {GrantState.WITHDRAWN}
    assert "Withdraw everything" not in read(signed_in)


@pytest.mark.parametrize("name", ["likeness:grant", "likeness:withdraw"])
def test_it_shows_nobody_the_grants_of_others(client: Client, creator: User, grant: Grant, name: str) -> None:
    client.force_login(creator)
    assert client.get(reverse(name, args=[grant.reference])).status_code == 404
    client.post(reverse(name, args=[grant.reference]))
    grant.refresh_from_db()
    assert grant.state == GrantState.ACTIVE


def test_it_hands_out_everything(
    signed_in: Client, person: User, creator: User, grant: Grant, live: Use
) -> None:
    asked(creator, "lin@example.com")
    response = signed_in.get(reverse("likeness:export"))
    export = json.loads(response.content)
    assert "no-store" in response["Cache-Control"]
    assert export["producer_id"] == person.producer_id
    (held,) = export["grants"]
    assert held["scope"] == grant.scope
    assert held["evidence"]["facts"]["text"] == "I agree."
    assert (held["downloads"], held["uses"][0]["of"]) == (2, live.subject)
    assert [each["event"] for each in held["history"]] == ["active"]
    assert len(export["requests"]) == 1


def test_it_says_what_is_left_of_an_erased_person(signed_in: Client, person: User, grant: Grant) -> None:
    destroy(person)
    export = json.loads(signed_in.get(reverse("likeness:export")).content)
    assert export["grants"][0]["evidence"]["facts"] is None
