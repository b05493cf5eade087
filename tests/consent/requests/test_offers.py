from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone

from accounts.users.models import User
from accounts.vault.sealing import Damaged, Erased, destroy
from consent.grants.evidence import scope_digest
from consent.requests.lifecycle import move
from consent.requests.models import Request
from consent.requests.offers import Offer, offer_columns, offer_of
from consent.requests.states import RequestState
from consent.scope import Proof
from consent.scope.documents import read_scope, write_scope
from tests.consent.answers.asked import asked
from tests.consent.people import NUMBERS, account

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered(person: User) -> Request:
    request = asked(account("creator@example.com", "Ada Lovelace", NUMBERS[1]))
    less = replace(read_scope(request.scope), outputs=1)
    facts = {"text": "I offer.", "scope_sha256": scope_digest(write_scope(less))}
    columns = offer_columns(request, person, Offer(less, Proof.IDENTITY, facts))
    now = timezone.now()
    for state, changes in (
        (RequestState.VIEWED, {}),
        (RequestState.CONFIRMED, {"person": person}),
        (RequestState.COUNTERED, {"answered_at": now, **columns}),
    ):
        move(request, state, by=person, now=now, **changes)
    return request


def test_it_opens_what_was_offered(offered: Request) -> None:
    offer = offer_of(offered)
    assert (offer.scope.outputs, offer.proof, offer.facts["text"]) == (1, Proof.IDENTITY, "I offer.")
    assert b"I offer." not in bytes(offered.counter_evidence or b"")


def test_it_believes_no_column_that_somebody_changed(offered: Request) -> None:
    offered.counter_proof = Proof.SPOKEN
    assert offer_of(offered).proof is Proof.IDENTITY
    offered.counter_scope = {**offered.counter_scope, "outputs": 3}
    with pytest.raises(Damaged, match="not the one"):
        offer_of(offered)
    offered.counter_sha256 = scope_digest(offered.counter_scope)
    with pytest.raises(Damaged, match="not the one"):
        offer_of(offered)


def test_it_opens_no_offer_of_another_request_or_an_erased_person(offered: Request, person: User) -> None:
    other = asked(offered.requester, address="ben@example.com")
    with pytest.raises(Damaged, match="found one without"):
        offer_of(other)
    other.person, other.counter_scope, other.counter_sha256 = (
        person,
        offered.counter_scope,
        offered.counter_sha256,
    )
    other.counter_evidence = offered.counter_evidence
    with pytest.raises(Damaged):
        offer_of(other)
    destroy(person)
    with pytest.raises(Erased):
        offer_of(Request.objects.get(pk=offered.pk))
