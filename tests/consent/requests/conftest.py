from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone

from accounts.users.models import User
from consent.requests.delivery import deliver
from consent.requests.lifecycle import move
from consent.requests.models import Request
from consent.requests.offers import Offer, offer_columns
from consent.requests.states import RequestState
from consent.scope import Proof
from consent.scope.documents import read_scope
from tests.consent.requests.asking import sent


@pytest.fixture
def countered(creator: User, person: User) -> Request:
    """A request that the person answered with a narrower, signed offer."""
    request, now = sent(creator), timezone.now()
    deliver(request.pk)
    request.refresh_from_db()
    move(request, RequestState.VIEWED, by=person, now=now)
    move(request, RequestState.CONFIRMED, by=person, now=now, person=person)
    offer = Offer(
        replace(read_scope(request.scope), outputs=1),
        Proof.SIGNED,
        {"text": "I agree to one.", "locale": "en"},
    )
    columns = offer_columns(request, person, offer)
    move(request, RequestState.COUNTERED, by=person, now=now, answered_at=now, **columns)
    return request
