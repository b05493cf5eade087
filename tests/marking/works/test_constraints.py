from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.users.models import User
from marking.works.models import Work
from tests.consent.depicting import work_of
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.mark.parametrize(
    ("state", "changes"),
    [
        ("released", {"state": "consent_ended"}),
        ("released", {"consent_ended_at": NOW}),
        ("released", {"files_removed_at": NOW}),
        ("released", {"files_due_at": NOW}),
        ("awaiting_consent", {"state": "consent_ended", "consent_ended_at": NOW}),
    ],
)
def test_the_database_refuses_what_cannot_be(user: User, state: str, changes: dict[str, object]) -> None:
    work = work_of(user, state)
    with pytest.raises(IntegrityError), transaction.atomic(), unrecorded():
        Work.objects.filter(pk=work.pk).update(**changes)


def test_it_takes_files_away_once_consent_ended(user: User) -> None:
    work = work_of(user, "released")
    with unrecorded():
        Work.objects.filter(pk=work.pk).update(
            state="consent_ended", consent_ended_at=NOW, files_due_at=NOW, files_removed_at=NOW
        )
