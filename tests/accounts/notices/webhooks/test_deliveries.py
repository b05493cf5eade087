"""A delivery …"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from accounts.notices.kinds import Kind, register
from accounts.notices.models import Notice, OutgoingMail
from accounts.notices.webhooks import messages, tasks
from accounts.notices.webhooks.contents import keys_of
from accounts.notices.webhooks.deliveries import CLAIMED_FOR, MOST_OF_ONE, ROWS_KEPT, sweep
from accounts.notices.webhooks.models import Webhook, WebhookDelivery
from accounts.notices.webhooks.services import (
    OLD_SECRET_HOLDS,
    NewSecret,
    add_webhook,
    enable,
    rotate_secret,
    send_test,
)
from accounts.notices.webhooks.states import DISABLED_AFTER, WAITS, must_be_disabled, next_try
from accounts.users.models import User
from accounts.vault.models import PersonKey
from accounts.vault.wrapped_key import new_wrapped_key

from ..conftest import Tell
from .receiver import Received, Receiver

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """The real time: the library that verifies refuses messages that are older than five minutes."""
    return datetime.now(UTC)


def verified(secret: str, received: Received) -> dict[str, Any]:
    """What a message says to somebody who holds ``secret``. Raises WebhookVerificationError."""
    said: dict[str, Any] = Verifier(secret).verify(received.body, received.headers)
    return said


def test_it_arrives_signed_and_without_personal_data(
    tell: Tell, added: NewSecret, receiver: Receiver, now: datetime
) -> None:
    tell(now=now)
    assert sweep(now, 10) == 1

    (received,) = receiver.received
    assert verified(added.secret, received) == {
        "type": "test.asked",
        "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": {"subject": "request:1", "params": {"purpose": "a film"}},
    }
    assert received.headers["Content-Type"] == "application/json"
    assert received.headers["webhook-id"] == WebhookDelivery.objects.get().message_id
    assert b"Bitdiddle" not in received.body


def test_it_is_believed_only_under_its_secret(
    tell: Tell, added: NewSecret, receiver: Receiver, now: datetime
) -> None:
    tell(now=now)
    sweep(now, 10)
    (received,) = receiver.received
    forged = Received(received.path, received.headers, received.body.replace(b"film", b"fiim"))
    for secret, message in ((added.secret, forged), ("whsec_" + "A" * 44, received)):
        with pytest.raises(WebhookVerificationError):
            verified(secret, message)


def test_it_is_signed_with_both_secrets_for_a_day_after_a_change(
    tell: Tell, added: NewSecret, receiver: Receiver, user: User, now: datetime
) -> None:
    new = rotate_secret(by=user, webhook=added.webhook, now=now)
    tell(now=now)
    sweep(now, 10)

    (received,) = receiver.received
    assert verified(new.secret, received) == verified(added.secret, received)
    webhook = Webhook.objects.get()
    assert keys_of(webhook, now=now + OLD_SECRET_HOLDS) == [new.secret]
    sweep(now + OLD_SECRET_HOLDS, 10)
    webhook.refresh_from_db()
    assert webhook.old_secret is None


def test_it_is_tried_again_under_the_same_id(
    tell: Tell, added: NewSecret, receiver: Receiver, now: datetime
) -> None:
    receiver.statuses = [500, 200]
    tell(now=now)
    assert sweep(now, 10) == 0
    assert Webhook.objects.get().failing_since == now
    assert sweep(now + timedelta(seconds=4), 10) == 0  # not due
    assert sweep(now + timedelta(seconds=5), 10) == 1

    first, second = receiver.received
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert verified(added.secret, second)
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.last_status) == ("delivered", 2, 200)
    assert Webhook.objects.get().failing_since is None


def test_it_fails_in_the_end(tell: Tell, webhook: Webhook, receiver: Receiver) -> None:
    tell(now=NOW)
    now, receiver.statuses = NOW, [503] * (len(WAITS) + 1)
    for wait in (*WAITS, timedelta()):
        sweep(now, 10)
        now += wait
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.last_error) == ("failed", len(WAITS) + 1, "refused")
    assert Webhook.objects.get().disabled_at is None


def test_it_is_tried_again_after_a_worker_died(tell: Tell, webhook: Webhook, receiver: Receiver) -> None:
    tell(now=NOW)
    WebhookDelivery.objects.update(due_at=NOW + CLAIMED_FOR)  # the claim of a worker that died
    assert sweep(NOW, 10) == 0
    assert sweep(NOW + CLAIMED_FOR, 10) == 1


def test_it_reaches_no_private_address(
    tell: Tell, webhook: Webhook, receiver: Receiver, settings: Settings
) -> None:
    """A webhook of a site for development leads nowhere once the site is public."""
    settings.IS_ON_TLS = True
    tell(now=NOW)
    assert sweep(NOW, 10) == 0
    assert receiver.received == []
    assert WebhookDelivery.objects.get().last_error == "not_https"


def test_it_goes_to_every_webhook_of_its_owner_and_to_nobody_else(
    tell: Tell, webhook: Webhook, receiver: Receiver, user: User, other_user: User
) -> None:
    add_webhook(by=user, url=receiver.url + "&second")
    add_webhook(by=other_user, url=receiver.url + "&other")
    tell(now=NOW)
    assert sweep(NOW, 10) == 2
    assert sorted(received.path for received in receiver.received) == ["/hook?a=b", "/hook?a=b&second"]


def test_it_is_written_with_its_notice_or_not_at_all(tell: Tell, webhook: Webhook) -> None:
    with transaction.atomic():
        tell(now=NOW)
        transaction.set_rollback(True)
    assert not WebhookDelivery.objects.exists()


def test_it_leaves_room_for_those_of_others(
    tell: Tell, webhook: Webhook, receiver: Receiver, other_user: User
) -> None:
    add_webhook(by=other_user, url=receiver.url + "&other")
    for _ in range(MOST_OF_ONE + 1):
        tell(now=NOW)
    tell(user=other_user, now=NOW + timedelta(seconds=1))
    assert sweep(NOW + timedelta(seconds=1), MOST_OF_ONE + 1) == MOST_OF_ONE + 1
    assert "/hook?a=b&other" in [received.path for received in receiver.received]


def test_it_comes_one_at_a_time_to_a_webhook_that_fails(
    tell: Tell, webhook: Webhook, receiver: Receiver
) -> None:
    for _ in range(3):
        tell(now=NOW)
    Webhook.objects.update(failing_since=NOW)
    assert sweep(NOW, 10) == 1
    assert sweep(NOW, 10) == 2  # it was taken


def test_it_fails_where_nothing_opens_the_address(tell: Tell, webhook: Webhook, user: User) -> None:
    tell(now=NOW)
    PersonKey.objects.filter(user=user).update(wrapped=new_wrapped_key())
    assert sweep(NOW, 10) == 0
    assert WebhookDelivery.objects.get().last_error == "damaged"


def test_it_is_forgotten_in_the_end(tell: Tell, webhook: Webhook, receiver: Receiver) -> None:
    tell(now=NOW)
    sweep(NOW, 10)
    sweep(NOW + ROWS_KEPT, 10)
    assert not WebhookDelivery.objects.exists()


def test_it_wakes_the_worker_once_the_notice_is_committed(
    tell: Tell, webhook: Webhook, receiver: Receiver,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    with django_capture_on_commit_callbacks() as waiting:
        tell(now=NOW, kind="test.quiet", params={}, url_args=[])
    assert len(waiting) == 1
    assert tasks.sweep.name == messages.SWEEP_TASK
    tasks.sweep()
    assert len(receiver.received) == 1


def fail_for_days(tell: Tell, receiver: Receiver) -> datetime:
    """Fail with two notices, far enough apart; when the second failed."""
    receiver.statuses = [500, 500]
    tell(now=NOW)
    sweep(NOW, 1)
    WebhookDelivery.objects.update(due_at=NOW + timedelta(days=9))
    tell(now=NOW + DISABLED_AFTER)
    sweep(NOW + DISABLED_AFTER, 1)
    return NOW + DISABLED_AFTER


class TestAWebhookThatFailsForDays:
    """A webhook that fails for days …"""

    def test_it_is_switched_off_and_its_owner_told(
        self, tell: Tell, webhook: Webhook, receiver: Receiver
    ) -> None:
        at = fail_for_days(tell, receiver)
        webhook.refresh_from_db()
        assert webhook.disabled_at == at
        told = Notice.objects.get(kind="webhook.disabled")
        assert told.subject == f"webhook:{webhook.pk}"
        assert OutgoingMail.objects.filter(notice=told).exists()
        assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"failed"}

    def test_it_hears_of_nothing_until_it_is_switched_on(
        self, tell: Tell, webhook: Webhook, receiver: Receiver, user: User
    ) -> None:
        at = fail_for_days(tell, receiver)
        tell(now=at)
        assert sweep(at, 10) == 0
        enable(by=user, webhook=webhook, now=at)
        enable(by=user, webhook=webhook, now=at)
        tell(now=at)
        assert sweep(at, 10) == 1

    def test_it_is_switched_off_at_once_when_it_says_that_it_is_gone(
        self, tell: Tell, webhook: Webhook, receiver: Receiver
    ) -> None:
        receiver.statuses = [410]
        tell(now=NOW)
        sweep(NOW, 10)
        assert Webhook.objects.get().disabled_at == NOW


def test_a_test_is_tried_once_and_switches_nothing_off(
    webhook: Webhook, receiver: Receiver, user: User
) -> None:
    receiver.statuses = [410]
    send_test(by=user, webhook=webhook, now=NOW)
    assert sweep(NOW, 10) == 0
    assert json.loads(receiver.received[0].body)["type"] == "webhook.test"
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.last_status) == ("failed", 410)
    webhook.refresh_from_db()
    assert (webhook.failing_since, webhook.disabled_at) == (None, None)


@contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(IntegrityError), transaction.atomic():
        yield


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "delivered"},
        {"state": "lost"},
        {"due_at": None},
        {"ended_at": NOW},
        {"payload": ""},
        {"kind": ""},
        {"state": "delivered", "due_at": None, "ended_at": NOW, "last_status": 500, "attempts": 1},
        {"state": "delivered", "due_at": None, "ended_at": NOW, "last_status": 200, "attempts": 0},
    ],
)
def test_the_database_refuses_a_delivery_that_cannot_be(
    tell: Tell, webhook: Webhook, changed: dict[str, object]
) -> None:
    tell(now=NOW)
    with refused():
        WebhookDelivery.objects.update(**changed)


@pytest.mark.parametrize("changed", [{"old_secret": b"x"}, {"old_secret_until": NOW}, {"disabled_at": NOW}])
def test_the_database_refuses_a_webhook_that_cannot_be(webhook: Webhook, changed: dict[str, object]) -> None:
    with refused():
        Webhook.objects.update(**changed)


def test_the_database_refuses_two_deliveries_of_one_notice(tell: Tell, webhook: Webhook) -> None:
    tell(now=NOW)
    copy = WebhookDelivery.objects.get()
    copy.pk = WebhookDelivery().pk
    with refused():
        copy.save(force_insert=True)


@examples(max_examples=30, deadline=None)
@given(st.integers(1, 20))
def test_each_wait_is_longer_than_the_one_before(attempts: int) -> None:
    again, later = next_try(attempts, now=NOW), next_try(attempts + 1, now=NOW)
    assert (again is None) == (attempts > len(WAITS))
    assert again is None or later is None or NOW < again < later


def test_a_webhook_is_not_switched_off_before_its_days_are_over() -> None:
    for status in (None, 404, 500):
        assert not must_be_disabled(NOW - DISABLED_AFTER + timedelta(seconds=1), status, now=NOW)


def test_a_kind_is_registered_once() -> None:
    kind = Kind("test.once", "Once", "Once.")
    register(kind)
    register(kind, Kind("test.once", "Once", "Once."))
    with pytest.raises(ValueError, match="another"):
        register(Kind("test.once", "Twice", "Once."))
    for code in ("", "Test", "test.", "test once", "a" * 61):
        with pytest.raises(ValueError, match="words joined by dots"):
            register(Kind(code, "x", "x"))
