from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.users.erasure import RETENTION, erase_account
from accounts.users.models import User
from accounts.users.services import request_deletion
from consent.contacts.services import address_of, contact_for
from consent.requests.models import Request
from consent.requests.names import name_of
from consent.requests.states import RequestState
from tests.consent.requests.asking import drafted, sent

pytestmark = pytest.mark.django_db


def test_it_takes_back_what_was_asked_and_forgets_whom(creator: User, person: User) -> None:
    request, draft = sent(creator), drafted(creator, "x@example.com")
    sent(person, "x@example.com")
    contact_for(creator.email)
    request_deletion(by=creator)
    erase_account(by=None, user=creator, now=timezone.now() + RETENTION + timedelta(days=1))
    states = set(Request.objects.filter(requester=creator).values_list("state", flat=True))
    assert states == {RequestState.CANCELLED}
    request.refresh_from_db()
    draft.refresh_from_db()
    assert (name_of(request), name_of(draft)) == ("", "")
    assert [address_of(each.contact) for each in (request, draft)] == ["", "x@example.com"]
    assert (request.contact.sealed_address, request.dropped_as) == (None, "cancelled")
