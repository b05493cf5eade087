from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.refusals import Refusal
from accounts.users.models import User
from consent.grants.evidence import proof_of
from consent.grants.models import Grant
from consent.scope import GrantState, Proof
from consent.scope.documents import read_scope
from consent.uses.models import DepictedPerson
from consent.uses.states import UseState
from consent.withdrawal.restoring import restore
from consent.withdrawal.services import withdraw
from marking.works import services
from marking.works.models import Work
from marking.works.states import WorkState
from tests.consent.depicting import publish, published, work_of
from tests.consent.people import NUMBERS, account, granted, proposed, scope_for

pytestmark = pytest.mark.django_db
FACTS = {"text": "I agree again.", "locale": "en"}


def test_it_shows_again_under_a_new_grant_what_was_withdrawn_by_mistake(
    person: User, creator: User, grant: Grant
) -> None:
    work, use = published(creator, grant)
    withdraw(by=person, grant=grant)
    grant.refresh_from_db()
    new = restore(person, grant, FACTS, Proof.SIGNED)
    for each in (grant, work, use):
        each.refresh_from_db()
    assert (grant.state, new.state, new.renews) == (GrantState.WITHDRAWN, GrantState.ACTIVE, grant)
    assert (work.state, use.state) == (WorkState.RELEASED, UseState.LIVE)
    assert (work.consent_ended_at, work.files_due_at, use.cut_off_at) == (None, None, None)
    assert DepictedPerson.objects.get().grant == new
    assert (new.consumed, proof_of(new)) == (1, Proof.SIGNED)


def test_it_lets_the_restored_one_be_withdrawn_again(person: User, creator: User, grant: Grant) -> None:
    work, _use = published(creator, grant)
    withdraw(by=person, grant=grant)
    grant.refresh_from_db()
    withdraw(by=person, grant=restore(person, grant, FACTS, Proof.SIGNED))
    work.refresh_from_db()
    assert work.state == WorkState.CONSENT_ENDED


@pytest.mark.parametrize(
    ("who", "proof", "code"),
    [
        ("creator", Proof.SIGNED, "not_yours"),
        ("person", Proof.IDENTITY, "proof_too_weak"),
    ],
)
def test_it_wants_the_same_person_and_their_signature(
    person: User, creator: User, grant: Grant, who: str, proof: Proof, code: str
) -> None:
    withdraw(by=person, grant=grant)
    with pytest.raises(Refusal) as refused:
        restore({"person": person, "creator": creator}[who], grant, FACTS, proof)
    assert refused.value.code == code


def test_it_restores_what_was_withdrawn_and_once(person: User, grant: Grant) -> None:
    with pytest.raises(Refusal, match="was not withdrawn"):
        restore(person, grant, FACTS, Proof.SIGNED)
    withdraw(by=person, grant=grant)
    grant.refresh_from_db()
    restore(person, grant, FACTS, Proof.SIGNED)
    with pytest.raises(Refusal, match="already"):
        restore(person, grant, FACTS, Proof.SIGNED)


def test_it_keeps_dark_what_somebody_else_in_it_ended(person: User, creator: User, grant: Grant) -> None:
    other = account("wang@example.com", "Wang Fang", NUMBERS[2])
    theirs = granted(other, creator, read_scope(grant.scope))
    work = work_of(creator, "released")
    use = proposed(creator, grant, work=work.code)
    DepictedPerson.objects.create(
        use=use, position=1, elements=["face"], operations=["face_swap"], grant=theirs
    )
    publish(use)
    withdraw(by=person, grant=grant)
    withdraw(by=other, grant=theirs)
    grant.refresh_from_db()
    restore(person, grant, FACTS, Proof.SIGNED)
    use.refresh_from_db()
    assert use.state == UseState.CUT_OFF
    theirs.refresh_from_db()
    restore(other, theirs, FACTS, Proof.SIGNED)
    use.refresh_from_db()
    assert use.state == UseState.LIVE


def test_it_cannot_bring_back_files_that_are_deleted(person: User, creator: User, grant: Grant) -> None:
    work, use = published(creator, grant)
    now = timezone.now()
    withdraw(by=person, grant=grant, now=now)
    assert services.remove_left_files(now + timedelta(hours=23)) == 0
    assert services.remove_left_files(now + timedelta(hours=25)) == 1
    assert services.remove_left_files(now + timedelta(hours=26)) == 0
    grant.refresh_from_db()
    restore(person, grant, FACTS, Proof.SIGNED)
    for each in (work, use):
        each.refresh_from_db()
    assert (work.state, use.state) == (WorkState.CONSENT_ENDED, UseState.REMOVED)
    assert Work.objects.get().files_removed_at == now + timedelta(hours=25)


def test_it_brings_back_a_grant_that_was_used_up_as_used_up(person: User, creator: User) -> None:
    grant = granted(person, creator, replace(scope_for(creator), outputs=1))
    work, _use = published(creator, grant)
    withdraw(by=person, grant=Grant.objects.get(pk=grant.pk))
    new = restore(person, Grant.objects.get(pk=grant.pk), FACTS, Proof.SIGNED)
    work.refresh_from_db()
    assert (new.state, work.state) == (GrantState.EXHAUSTED, WorkState.RELEASED)
