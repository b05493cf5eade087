from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from consent import clock
from consent.history.services import note


@pytest.mark.django_db
def test_it_never_goes_behind_the_newest_record() -> None:
    now = timezone.now()
    assert clock.now(now) == now
    with transaction.atomic():
        note("answer:0", "code_wrong", by=None, person=None, now=now)
    assert clock.now(now - timedelta(days=1)) == now
    assert clock.now(now + timedelta(days=1)) == now + timedelta(days=1)
