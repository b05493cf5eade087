from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.retention.months import months_before
from accounts.users.erasure import RETENTION, erase_account
from accounts.users.models import User
from consent.grants.models import Grant
from consent.scope import GrantState
from consent.withdrawal.keeping import evidence_until
from marking.works.states import WorkState
from tests.consent.depicting import published

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "state"), [("person", GrantState.WITHDRAWN), ("creator", GrantState.REVOKED)]
)
def test_it_ends_what_an_erased_account_granted_or_was_granted(
    person: User, creator: User, grant: Grant, who: str, state: GrantState
) -> None:
    work, _use = published(creator, grant)
    user = {"person": person, "creator": creator}[who]
    user.deletion_requested_at = timezone.now() - RETENTION - timedelta(days=1)
    user.save()
    erase_account(by=None, user=user)
    for each in (grant, work):
        each.refresh_from_db()
    assert (grant.state, work.state) == (state, WorkState.CONSENT_ENDED)
    assert grant.ended_at is not None
    assert evidence_until(grant) == months_before(grant.ended_at, -36)
