from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.users.models import User
from consent.answers import codes, services
from consent.answers.forgetting import KEPT_FOR, forget
from consent.answers.tasks import forget_ended
from consent.requests.models import Request
from tests.consent.answers.asked import TICKS, seen


@pytest.mark.django_db
def test_it_forgets_what_ended_two_days_ago_and_nothing_else(request_private: Request, person: User) -> None:
    made = codes.send(request_private, now=timezone.now())
    services.ask(request_private, by=person, seen=seen(request_private), ticks=TICKS, locale="en")
    assert made
    forget_ended()
    assert (request_private.codes.count(), request_private.questions.count()) == (1, 1)
    assert forget(now=made.ends_at + KEPT_FOR - timedelta(seconds=1)) == 1  # the question ended earlier
    assert forget(now=made.ends_at + KEPT_FOR) == 1
    assert forget(now=made.ends_at + KEPT_FOR) == 0
