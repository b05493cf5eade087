"""Rows that somebody or something damaged: never a reason not to withdraw, and said wherever they are shown."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.records.deep import opened
from accounts.records.models import Record
from accounts.records.requirements import COMMON, all_kinds
from accounts.records.verify import verify
from accounts.users.models import User
from accounts.vault.models import PersonKey
from consent.answers.queries import successor_of
from consent.grants.models import Evidence, Grant
from consent.receipts.models import Receipt
from consent.requests.models import Request
from consent.requests.names import name_of
from consent.scope import GrantState, Proof
from consent.uses.models import DepictedPerson, Use
from consent.withdrawal.services import withdraw
from marking.works.states import WorkState
from tests.consent.depicting import published

pytestmark = pytest.mark.django_db

DAMAGE: dict[str, Any] = {
    "scope": lambda grant: Grant.objects.update(scope=["no", {"scope": 1.5}]),
    "scope_number": lambda grant: Grant.objects.update(scope={**grant.scope, "outputs": 1.5}),
    "evidence": lambda grant: Evidence.objects.update(sealed=b"damaged"),
    "evidence_gone": lambda grant: Evidence.objects.all().delete(),
    "receipt": lambda grant: Receipt.objects.filter(side="person").update(jws="damaged"),
    "people": lambda grant: DepictedPerson.objects.update(elements={"no": 1}, operations=7),
    "terms": lambda grant: Use.objects.update(terms=[1], trace={"no": 1}),
    "key": lambda grant: PersonKey.objects.filter(user=grant.person).update(wrapped=b"damaged"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_withdrawal_goes_through_and_pages_and_export_open(
    kind: str, client: Client, person: User, creator: User, grant: Grant
) -> None:
    work, _use = published(creator, grant)
    DAMAGE[kind](grant)
    client.force_login(person)
    page = client.get(f"/me/likeness/grants/{grant.pk}")
    exported = client.get("/me/likeness/export")
    assert [each.status_code for each in (page, exported, client.get("/me/likeness/"))] == [200] * 3
    is_of_grant = kind.startswith(("scope", "evidence", "key"))
    assert (b"is damaged" in page.content) is is_of_grant
    assert exported.json()["grants"][0]["damaged"] is is_of_grant
    assert verify(is_deep=True).count
    answer = client.post(f"/me/likeness/grants/{grant.pk}/withdraw")
    assert answer.status_code == 302
    grant.refresh_from_db()
    work.refresh_from_db()
    assert (grant.state, work.state) == (GrantState.WITHDRAWN, WorkState.CONSENT_ENDED)
    assert verify(is_deep=True).count


def test_a_receipt_whose_row_is_damaged_says_so(client: Client, person: User, grant: Grant) -> None:
    receipt = Receipt.objects.get(side="person")
    client.force_login(person)
    for jws in ("damaged", "a.b.c", "e30.e30.e30"):
        Receipt.objects.filter(pk=receipt.pk).update(jws=jws)
        for form in ("", ".json", ".pdf"):
            answer = client.get(f"/receipts/{receipt.pk}{form}")
            assert answer.status_code == 410
            assert b"is damaged" in answer.content
    assert "receipt_changed" in {each.code for each in verify(is_deep=True).told}


def test_the_end_of_a_consent_says_no_more_unsealed_than_the_law_asks(person: User, grant: Grant) -> None:
    PersonKey.objects.filter(user=person).update(wrapped=b"damaged")
    withdraw(by=person, grant=grant)
    record = Record.objects.get(kind="grant.withdrawn")
    required = {name for each in (*all_kinds()["grant.withdrawn"], *COMMON) for name in each.names}
    assert record.body.person_key is None
    assert set(opened(record) or {}) == required


@pytest.mark.parametrize(
    "changes", [{"state": "foo", "ended_at": timezone.now()}, {"state": "live", "ended_at": timezone.now()}]
)
def test_the_database_refuses_states_that_there_are_not(grant: Grant, changes: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.update(**changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.update(renews=grant)


def test_the_database_refuses_states_of_uses_that_there_are_not(creator: User, grant: Grant) -> None:
    published(creator, grant)
    with pytest.raises(IntegrityError), transaction.atomic():
        Use.objects.update(state="foo")


def test_requests_that_replace_each_other_in_a_circle_end(person: User, creator: User) -> None:
    from tests.consent.requests.asking import sent

    first, second = sent(creator), sent(creator, subject="work:0000000009")
    Request.objects.filter(pk=second.pk).update(supersedes=first, version=2)
    Request.objects.filter(pk=first.pk).update(supersedes=second, version=2)
    first.refresh_from_db()
    assert successor_of(first) in (second, None)


def test_grants_that_renew_each_other_in_a_circle_are_withdrawn(
    person: User, creator: User, grant: Grant
) -> None:
    from tests.consent.people import granted

    work, _use = published(creator, grant)
    other = granted(person, creator, proof=Proof.SIGNED)
    Grant.objects.filter(pk=grant.pk).update(renews=other)
    Grant.objects.filter(pk=other.pk).update(renews=grant)
    withdraw(by=person, grant=grant)
    work.refresh_from_db()
    assert work.state == WorkState.CONSENT_ENDED


def test_nobody_bears_a_name_that_is_damaged(creator: User) -> None:
    from tests.consent.requests.asking import drafted

    request = drafted(creator)
    request.sealed_name = b"damaged"
    assert name_of(request) == ""
