"""C-3: one person, one account, whatever the spelling and however many ask at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from accounts.identity import asking, duplicates, services
from accounts.identity.documents import DocumentType
from accounts.identity.models import IdentityClaim, IdentityQuestion
from accounts.notices.models import Notice
from accounts.users.models import User
from config.environment import read

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
SPELLINGS = ("11010519491231002x", "110105 19491231 002X", "１１０１０５１９４９１２３１００２Ｘ")
Submit = Callable[..., IdentityClaim]


@pytest.mark.django_db(transaction=True)
def test_of_100_sign_ups_of_one_person_at_once_one_is_verified(settings: Settings) -> None:
    settings.ENVIRONMENT = read({"YINJI_IDENTITY_PROVIDER": "local"})
    accounts = [User(email=f"{index}@example.com") for index in range(100)]
    User.objects.bulk_create(accounts)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(_submit, accounts, range(100)))
    states = list(IdentityClaim.objects.values_list("state", flat=True))
    assert (states.count("verified"), states.count("pending")) == (1, 99)


def _submit(user: User, index: int) -> None:
    try:
        services.submit_claim(
            by=user, document_type=DocumentType.RESIDENT_ID, name="欧阳娜娜", number=SPELLINGS[index % 3]
        )
        asking.ask(IdentityQuestion.objects.get(user=user).pk, timezone.now())
    finally:
        connection.close()


def test_the_holder_is_told_once_and_the_other_is_not(
    user: User, other_user: User, staff_user: User, accepted: Submit, pending: Submit
) -> None:
    accepted(user)
    pending(other_user)
    pending(staff_user, "820000199001010010")
    assert not Notice.objects.exists()
    assert (duplicates.sweep(NOON, 10), duplicates.sweep(NOON, 10)) == (1, 0)
    assert list(Notice.objects.values_list("kind", "user")) == [("identity.claimed_again", user.pk)]


def test_a_renewal_with_the_same_document_tells_nobody(user: User, accepted: Submit, pending: Submit) -> None:
    accepted(user)
    pending(user, is_renewal=True)
    assert duplicates.sweep(NOON, 10) == 0
    assert not Notice.objects.exists()


def test_one_whose_holder_is_gone_meanwhile_tells_nobody(user: User, pending: Submit) -> None:
    assert not duplicates._tell(pending(user), NOON)
