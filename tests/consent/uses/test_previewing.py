from __future__ import annotations

import pytest

from accounts.refusals import Refusal
from accounts.users.models import User
from consent.scope import Deny
from consent.uses.models import DepictedPerson
from consent.uses.previewing import approve, decline, shown_to
from consent.uses.services import check
from consent.uses.states import UseState
from consent.withdrawal.services import withdraw
from marking.works.models import Work
from marking.works.states import WorkState
from tests.consent.depicting import awaiting_preview, publish, work_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(creator: User) -> Work:
    return work_of(creator)


@pytest.fixture
def place(person: User, creator: User, work: Work) -> DepictedPerson:
    use = awaiting_preview(person, creator, work)
    return shown_to(person, use.pk)


def test_it_waits_until_the_person_approved_this_very_file(
    person: User, work: Work, place: DepictedPerson
) -> None:
    work.refresh_from_db()
    assert (place.use.state, work.state) == (UseState.AWAITING_PREVIEW, WorkState.AWAITING_CONSENT)
    with pytest.raises(Refusal, match="another one"):
        approve(by=person, place=place, sha256="1" * 64)
    approve(by=person, place=place, sha256="0" * 64)
    work.refresh_from_db()
    place.use.refresh_from_db()
    assert (place.use.state, work.state) == (UseState.APPROVED, WorkState.QUEUED)
    with pytest.raises(Refusal):
        approve(by=person, place=place, sha256="0" * 64)
    publish(place.use)
    place.refresh_from_db()
    assert place.use.state == UseState.LIVE


def test_it_asks_nobody_again_who_declined(person: User, work: Work, place: DepictedPerson) -> None:
    decline(by=person, place=place)
    decision = check(place.use)
    work.refresh_from_db()
    assert isinstance(decision, Deny)
    assert [each.clause for each in decision.trace] == ["preview"]
    assert (place.use.state, work.state) == (UseState.PROPOSED, WorkState.AWAITING_CONSENT)


def test_it_shows_and_asks_only_the_person(creator: User, place: DepictedPerson) -> None:
    with pytest.raises(DepictedPerson.DoesNotExist):
        shown_to(creator, place.use_id)
    with pytest.raises(Refusal, match="Only the person"):
        decline(by=creator, place=place)


def test_it_forgets_the_approval_with_the_consent(person: User, place: DepictedPerson) -> None:
    approve(by=person, place=place, sha256="0" * 64)
    assert place.grant is not None
    withdraw(by=person, grant=place.grant)
    place.refresh_from_db()
    assert (place.use.state, place.approved_sha256) == (UseState.PROPOSED, "")
