from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.refusals import Refusal
from accounts.users.models import User
from consent.grants.models import Grant, Suspension
from consent.grants.services import give
from consent.scope import GrantState, Proof, Purpose
from consent.uses.services import check
from consent.uses.states import UseState
from consent.withdrawal.services import withdraw
from consent.withdrawal.suspension import lift, suspend
from marking.works import services
from marking.works.models import Job
from marking.works.states import WorkState
from tests.consent.depicting import published, work_of
from tests.consent.people import granted, proposed, scope_for

pytestmark = pytest.mark.django_db


def test_it_takes_down_for_a_while_and_keeps_the_files(creator: User, grant: Grant) -> None:
    work, use = published(creator, grant)
    held = suspend(grant, Suspension.DISPUTE, by=None)
    for each in (work, use):
        each.refresh_from_db()
    assert (held.suspended_because, work.state, use.state) == (
        "dispute",
        WorkState.CONSENT_ENDED,
        UseState.CUT_OFF,
    )
    assert work.files_due_at is None
    assert services.remove_left_files(timezone.now() + timedelta(days=400)) == 0
    lift(held, by=None)
    for each in (work, use, held):
        each.refresh_from_db()
    assert (held.state, work.state, use.state) == (GrantState.ACTIVE, WorkState.RELEASED, UseState.LIVE)


def test_it_deletes_the_files_once_a_resting_one_is_withdrawn(
    person: User, creator: User, grant: Grant
) -> None:
    work, _use = published(creator, grant)
    suspend(grant, Suspension.DISPUTE, by=None)
    withdraw(by=person, grant=grant)
    work.refresh_from_db()
    assert work.files_due_at is not None
    with pytest.raises(Refusal):
        lift(grant, by=None)


def test_it_rests_what_is_used_up_and_takes_it_up_used_up(person: User, creator: User) -> None:
    grant = granted(person, creator, replace(scope_for(creator), outputs=1))
    work, _use = published(creator, grant)
    grant.refresh_from_db()
    assert grant.state == GrantState.EXHAUSTED
    held = suspend(grant, Suspension.BIRTHDAY, by=None)
    assert lift(held, by=None).state == GrantState.EXHAUSTED
    work.refresh_from_db()
    assert work.state == WorkState.RELEASED


def test_it_does_not_shorten_the_day_to_think_it_over(person: User, creator: User) -> None:
    scope = replace(scope_for(creator), purposes=frozenset({Purpose.ADVERTISING}))
    grant = granted(person, creator, scope, Proof.SPOKEN)
    held = suspend(grant, Suspension.ACCOUNT_RISK, by=None)
    assert lift(held, by=None).state == GrantState.PENDING_COOLING


def test_it_queues_again_what_was_on_its_way(creator: User, grant: Grant) -> None:
    work = work_of(creator)
    check(proposed(creator, grant, work=work.code))
    held = suspend(grant, Suspension.DISPUTE, by=None)
    assert not Job.objects.exists()
    lift(held, by=None)
    work.refresh_from_db()
    assert work.state == WorkState.QUEUED


def test_it_keeps_live_under_a_renewal_what_the_renewed_one_allowed_and_ends_it_with_that(
    person: User, creator: User, grant: Grant
) -> None:
    work, use = published(creator, grant)
    renewal = give(
        person=person, grantee=creator, scope=scope_for(creator), proof=Proof.SIGNED, facts={}, renews=grant
    )
    work.refresh_from_db()
    assert work.state == WorkState.RELEASED
    lift(suspend(renewal, Suspension.DISPUTE, by=None), by=None)
    use.refresh_from_db()
    assert use.state == UseState.LIVE
    withdraw(by=person, grant=renewal)
    work.refresh_from_db()
    assert work.state == WorkState.CONSENT_ENDED


def test_it_keeps_dark_what_is_over_by_itself_meanwhile(creator: User, grant: Grant) -> None:
    work, use = published(creator, grant)
    held = suspend(grant, Suspension.DISPUTE, by=None)
    lift(held, by=None, now=grant.ends_at)
    for each in (work, use):
        each.refresh_from_db()
    assert (work.state, use.state) == (WorkState.CONSENT_ENDED, UseState.CUT_OFF)
