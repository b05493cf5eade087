"""A proposal …"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.test import RequestFactory

from accounts.proposals.deciding import move_on, require_proposer, require_second, require_seen
from accounts.proposals.pages import tried
from accounts.refusals import Refusal
from accounts.users.models import User

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_is_decided_by_somebody_else(user: User, other_user: User) -> None:
    require_second(other_user, user.pk, "No.")
    with pytest.raises(Refusal) as refused:
        require_second(user, user.pk, "Not by yourself.", code="own_proposal")
    assert (refused.value.code, refused.value.sentence, refused.value.status) == (
        "own_proposal",
        "Not by yourself.",
        403,
    )


def test_is_taken_back_by_who_made_it(user: User, other_user: User) -> None:
    require_proposer(user, user.pk)
    for stranger in (other_user.pk, None):
        with pytest.raises(Refusal) as refused:
            require_proposer(user, stranger)
        assert (refused.value.code, refused.value.status) == ("not_proposer", 403)


def test_is_decided_as_it_was_seen() -> None:
    require_seen(3, "3", "Look again.")
    for stale in ("", "2"):
        with pytest.raises(Refusal, match="Look again"):
            require_seen(3, stale, "Look again.")


def test_moves_on_once(user: User) -> None:
    unmoved = User.objects.filter(deletion_requested_at__isnull=True)
    move_on(user, unmoved, "Too late.", deletion_requested_at=NOON)
    assert user.deletion_requested_at == NOON
    with pytest.raises(Refusal, match="Too late") as refused:
        move_on(user, unmoved, "Too late.", deletion_requested_at=None)
    assert (refused.value.code, refused.value.status) == ("wrong_state", 409)
    user.refresh_from_db()
    assert user.deletion_requested_at == NOON


def test_tells_its_refusal_on_the_next_page() -> None:
    request = RequestFactory().post("/")
    request.session = SessionStore()
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]  # what the middleware does

    assert tried(request, lambda: None) is None
    refusal = tried(request, lambda: require_seen(1, "2", "Look again."))
    assert refusal is not None
    assert [str(each) for each in get_messages(request)] == ["Look again."]
