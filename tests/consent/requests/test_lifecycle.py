from __future__ import annotations

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.notices import outbox
from accounts.notices.models import OutgoingMail
from accounts.notices.states import SendingState
from accounts.refusals import Refusal
from accounts.users.models import User
from accounts.vault.wrapped_key import Damaged
from consent.requests import services
from consent.requests.delivery import deliver
from consent.requests.lifecycle import drop, release
from consent.requests.models import Request
from consent.requests.offers import offer_of, require_standing, stands_until
from consent.requests.states import RequestState
from consent.requests.sweeping import _expire
from tests.consent.requests.asking import drafted, sent
from tests.mails import letters

pytestmark = pytest.mark.django_db


def test_it_drops_nothing_that_was_granted(creator: User, countered: Request) -> None:
    services.accept_counter(by=creator, request=countered, counter_sha256=countered.counter_sha256)
    with pytest.raises(Refusal, match="moved on"):
        drop(countered, RequestState.CANCELLED, by=creator, now=timezone.now())


def test_it_releases_only_what_is_held(creator: User) -> None:
    with pytest.raises(Refusal, match="moved on"):
        release(drafted(creator), now=timezone.now())


def test_it_opens_no_offer_where_there_is_none_or_another_scope(creator: User, countered: Request) -> None:
    request = drafted(creator, "x@example.com")
    with pytest.raises(Damaged):
        offer_of(request)
    assert stands_until(request) == request.answer_by
    countered.counter_scope = {**countered.scope, "outputs": 2}
    with pytest.raises(Damaged):
        offer_of(countered)
    with pytest.raises(Refusal, match="does not stand"):
        require_standing(countered, countered.counter_sha256, timezone.now())


def test_it_takes_two_that_ask_at_once_for_one(creator: User) -> None:
    """Whoever comes second finds the row that the first one has just written."""
    draft = drafted(creator)
    with pytest.raises(Refusal) as refused:
        services._create(
            creator,
            draft.contact,
            "Lin Mei",
            services.read_scope(draft.scope),
            14,
            timezone.now(),
            subject="",
        )
    assert refused.value.code == "request_open"


def test_it_leaves_what_moved_on_while_it_is_swept(creator: User) -> None:
    stale = sent(creator)
    services.cancel(by=creator, request=stale)
    assert not _expire(stale, timezone.now())
    assert str(stale) == f"request {stale.reference}"


def test_it_lets_a_mail_server_be_away(
    creator: User,
    person: User,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    request = sent(creator)
    with django_capture_on_commit_callbacks(execute=True):
        assert deliver(request.pk)
    (letter,) = OutgoingMail.objects.all()
    assert not outbox.send(letter.pk, now=letter.due_at)
    letter.refresh_from_db()
    assert letter.state == SendingState.WAITING
    assert "lin@example.com" not in caplog.text
    assert letters() == []
