from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

from accounts.users.models import User
from consent.grants.evidence import proof_of
from consent.grants.models import Grant
from consent.scope import Proof
from tests.consent.people import granted, scope_for


def test_it_proves_the_same_in_whatever_time_zone_the_end_was_said(person: User, creator: User) -> None:
    scope = scope_for(creator)
    assert scope.not_after is not None
    abroad = scope.not_after.astimezone(timezone(timedelta(hours=8)))
    given = granted(person, creator, replace(scope, not_after=abroad))
    assert proof_of(given) is proof_of(Grant.objects.get(pk=given.pk)) is Proof.SIGNED
