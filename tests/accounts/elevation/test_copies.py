from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.elevation import opening, services
from accounts.elevation.models import Elevation
from accounts.own_data.held import records
from accounts.users.models import User
from tests.accounts.elevation.officers import REASON, Approver, wish


@pytest.fixture
def gagged(asker: User, person: User, colleague: Approver, guard: Approver) -> Elevation:
    """Opened, looked at and closed, and the person must not hear of it yet."""
    until = timezone.localdate() + timedelta(days=30)
    elevation = services.ask(by=asker, wish=wish(person, gag_until=until, gag_reason=REASON))
    colleague.approve(elevation)
    guard.approve(elevation)
    assert opening.open_approved(elevation.pk)
    elevation.refresh_from_db()
    services.view(elevation.persons.get(), by=asker)
    services.close(elevation, by=asker)
    return elevation


def kinds_in_a_copy(person: User) -> list[str]:
    return [each["entry"]["kind"] for part in records(person) for each in part.content]


def test_a_copy_does_not_tell_of_an_opening_before_the_notice_does(
    gagged: Elevation, person: User, guard: Approver
) -> None:
    assert not [kind for kind in kinds_in_a_copy(person) if kind.startswith("access.")]
    gagged.refresh_from_db()
    services.end_gag(gagged, by=guard.user)
    told = {kind for kind in kinds_in_a_copy(person) if kind.startswith("access.")}
    assert told == {"access.opened", "access.viewed", "access.told"}
