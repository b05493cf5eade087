"""Approving the opening of an identity while somebody becomes concerned by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.elevation.models import ConcernedPerson, Elevation
from accounts.users.models import User
from tests.accounts.elevation.officers import Approver
from tests.interleaved import second_waits

from .test_models import first

pytestmark = pytest.mark.django_db(transaction=True)


def changed(act: Any) -> str:
    try:
        with transaction.atomic():
            act()
    except IntegrityError as error:
        assert "nobody approves" in str(error)  # noqa: PT017
        return "refused"
    return "done"


@pytest.mark.parametrize("is_approved_first", [True, False])
def test_whoever_becomes_concerned_meanwhile_has_not_approved(
    asked: Elevation, guard: Approver, is_approved_first: bool
) -> None:
    acts = [
        lambda: changed(lambda: Elevation.objects.filter(pk=asked.pk).update(**first(guard.user))),
        lambda: changed(lambda: ConcernedPerson.objects.create(elevation=asked, person=guard.user)),
    ]
    assert second_waits(*(acts if is_approved_first else acts[::-1])) == ("done", "refused")
    asked.refresh_from_db()
    is_concerned = User.objects.filter(accesses__elevation=asked, pk=guard.user.pk).exists()
    assert (asked.first_approver == guard.user, is_concerned) == (is_approved_first, not is_approved_first)
