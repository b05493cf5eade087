from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.users.models import User
from consent.grants.models import Suspension
from consent.withdrawal.services import withdraw
from consent.withdrawal.suspension import suspend
from marking.consenting import telling
from marking.works import services
from marking.works.models import Work
from marking.works.standing import Standing, standing_of
from marking.works.states import WorkState
from tests.consent.depicting import published, work_of
from tests.consent.people import granted
from tests.mails import letters

pytestmark = pytest.mark.django_db


def test_it_tells_how_the_consents_stand(creator: User, person: User, client: Client) -> None:
    grant = granted(person, creator)
    work, use = published(creator, grant)
    assert standing_of(work_of(creator)).standing is Standing.UNKNOWN
    assert standing_of(work_of(creator, "released", depicts="nobody")).standing is Standing.NOT_REQUIRED
    use.refresh_from_db()
    assert (standing_of(work).standing, standing_of(work).since) == (Standing.VALID, use.live_at)
    suspend(grant, Suspension.DISPUTE, by=None)
    work.refresh_from_db()
    assert standing_of(work).standing is Standing.DISPUTED
    client.force_login(creator)
    for address in (f"/w/{work.code}", f"/v/{work.code}", f"/works/{work.code}"):
        assert b"is being settled" in client.get(address).content
    withdraw(by=person, grant=grant)
    work.refresh_from_db()
    assert standing_of(work).standing is Standing.ENDED
    assert b"are deleted after" in client.get(f"/works/{work.code}").content
    services.delete(by=creator, work=work)
    assert standing_of(Work.objects.get(pk=work.pk)).standing is Standing.ENDED


def test_it_tells_those_who_were_handed_the_file(creator: User, person: User) -> None:
    work, _use = published(creator, granted(person, creator))
    assert telling.tell_downloaders(work) == 0
    services.record_download(by=creator, work=work, now=timezone.now())
    assert telling.tell_downloaders(work) == 1
    (letter,) = letters()
    assert letter.to == [creator.email]
    assert f"/v/{work.code}" in letter.body
    assert "Lin" not in letter.body
    work.consent_ended_at = timezone.now() - timedelta(minutes=1)
    assert telling.tell_downloaders(work) == 0


def test_nothing_is_known_of_a_deleted_work(creator: User) -> None:
    work = work_of(creator, "released", depicts="nobody")
    services.delete(by=creator, work=work)
    assert (work.state, standing_of(work).standing) == (WorkState.DELETED, Standing.UNKNOWN)
