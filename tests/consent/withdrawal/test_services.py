from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from consent.grants.evidence import proof_of
from consent.grants.models import Grant
from consent.scope import Allow, Deny, GrantState, Proof
from consent.uses.models import Use
from consent.uses.services import NotCovered, check, go_live
from consent.uses.states import UseState
from consent.withdrawal.services import withdraw
from tests.consent.people import proposed

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(creator: User, grant: Grant) -> Use:
    use = proposed(creator, grant)
    assert isinstance(check(use), Allow), use.trace
    with transaction.atomic():
        go_live(use, now=timezone.now())
    return use


def test_it_ends_what_is_live_with_the_grant(person: User, grant: Grant, live: Use) -> None:
    withdraw(by=person, grant=grant)
    live.refresh_from_db()
    grant.refresh_from_db()
    assert (grant.state, live.state) == (GrantState.WITHDRAWN, UseState.CUT_OFF)
    assert list(Record.objects.filter(subject=grant.log_subject).values_list("kind", flat=True)) == [
        "grant.active",
        "grant.withdrawn",
    ]


def test_it_lets_nothing_go_live_afterwards(person: User, creator: User, grant: Grant) -> None:
    use = proposed(creator, grant)
    withdraw(by=person, grant=grant)
    with pytest.raises(NotCovered), transaction.atomic():
        go_live(use, now=timezone.now())
    decision = check(use)
    assert isinstance(decision, Deny)
    assert [each.clause for each in decision.trace] == ["state"]


def test_it_can_be_said_twice_but_only_by_the_person(person: User, creator: User, grant: Grant) -> None:
    with pytest.raises(Refusal, match="Only the person"):
        withdraw(by=creator, grant=grant)
    assert withdraw(by=person, grant=grant).ended_at == withdraw(by=person, grant=grant).ended_at


def test_it_takes_a_grant_that_nobody_gave_for_a_claim(grant: Grant) -> None:
    assert proof_of(grant) is Proof.SIGNED
    Grant.objects.filter(pk=grant.pk).update(scope={**grant.scope, "outputs": 300}, outputs=300)
    assert proof_of(Grant.objects.get(pk=grant.pk)) is Proof.CLAIMED
