from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.records import log
from accounts.users.models import User
from consent import clock
from consent.grants.models import Grant
from consent.scope import Deny, GrantState, Proof, Purpose
from consent.scope.documents import write_use
from consent.signals import uses_held
from consent.uses.models import Use
from consent.uses.services import check
from consent.uses.states import UseState
from consent.withdrawal.sweeping import sweep
from consent.withdrawal.tasks import sweep as task
from marking.works.states import WorkState
from tests.consent.depicting import publish, published, work_of
from tests.consent.people import granted, proposed, scope_for, terms_for
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db


def test_it_lets_a_grant_expire_and_takes_down_what_stands_under_it(creator: User, grant: Grant) -> None:
    work, _use = published(creator, grant)
    assert sweep(now=grant.ends_at - timedelta(seconds=1)) == 0
    assert sweep(now=grant.ends_at) == 1
    for each in (grant, work):
        each.refresh_from_db()
    assert (grant.state, work.state) == (GrantState.EXPIRED, WorkState.CONSENT_ENDED)
    assert sweep(now=grant.ends_at) == 0


def test_it_brings_a_grant_into_force_after_its_day_and_queues_what_waited(
    person: User, creator: User
) -> None:
    scope = replace(scope_for(creator), purposes=frozenset({Purpose.ADVERTISING}))
    grant = granted(person, creator, scope, Proof.SPOKEN)
    work = work_of(creator)
    assert isinstance(check(proposed(creator, grant, work=work.code)), Deny)
    assert sweep(now=grant.given_at + timedelta(hours=23)) == 0
    assert sweep(now=grant.given_at + timedelta(hours=24)) == 1
    for each in (grant, work):
        each.refresh_from_db()
    assert (grant.state, work.state) == (GrantState.ACTIVE, WorkState.QUEUED)


def test_it_ends_a_use_whose_own_time_is_over(creator: User, grant: Grant) -> None:
    work = work_of(creator, "released")
    use = proposed(creator, grant, work=work.code)
    ends_at = timezone.now() + timedelta(days=2)
    terms = write_use(terms_for(scope_for(creator), starts_at=timezone.now(), ends_at=ends_at))
    Use.objects.filter(pk=use.pk).update(terms=terms)
    use.refresh_from_db()
    publish(use)
    assert sweep(now=ends_at) == 1
    for each in (use, work, grant):
        each.refresh_from_db()
    assert (use.state, work.state, grant.state) == (
        UseState.CUT_OFF,
        WorkState.CONSENT_ENDED,
        GrantState.ACTIVE,
    )


def test_it_brings_nothing_back_when_the_clock_is_moved_back(creator: User, grant: Grant) -> None:
    later = grant.ends_at + timedelta(seconds=1)
    log.append(kind="account.created", subject="test:1", body={}, by=None, now=later)
    assert clock.now() == later
    assert isinstance(check(proposed(creator, grant)), Deny)
    task()
    grant.refresh_from_db()
    assert grant.state == GrantState.EXPIRED


def test_it_leaves_to_others_what_they_were_faster_with(creator: User, grant: Grant) -> None:
    work, use = published(creator, grant)

    def faster(**kwargs: object) -> None:
        with unrecorded():
            Grant.objects.filter(pk=grant.pk).update(state=GrantState.EXPIRED, ended_at=timezone.now())

    uses_held.connect(faster)
    try:
        assert sweep(now=grant.ends_at) == 1  # the use, whose own time is over as well
    finally:
        uses_held.disconnect(faster)
    for each in (work, use):
        each.refresh_from_db()
    assert (work.state, use.state) == (WorkState.CONSENT_ENDED, UseState.CUT_OFF)
