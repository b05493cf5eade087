from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from consent.history.clock import not_before_recorded
from consent.history.services import note


@pytest.mark.django_db
def test_it_never_goes_behind_the_newest_record() -> None:
    now = timezone.now()
    assert not_before_recorded(now) == now
    with transaction.atomic():
        note("answer:0", "viewed", by=None, person=None, now=now)
    assert not_before_recorded(now - timedelta(days=1)) == now
    assert not_before_recorded(now + timedelta(days=1)) == now + timedelta(days=1)
