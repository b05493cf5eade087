"""Workers that look for the same messages at once …"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core import mail

from accounts.notices import outbox
from accounts.notices.webhooks import deliveries
from accounts.notices.webhooks.models import Webhook
from accounts.notices.webhooks.services import MOST_WEBHOOKS, add_webhook
from accounts.users.models import User
from tests.interleaved import at_once, outcomes

from .conftest import Tell
from .webhooks.receiver import Receiver, receiving

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 4


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def test_they_send_each_mail_once(tell: Tell) -> None:
    now = datetime.now(UTC)
    for _ in range(6):
        tell(now=now)
    assert sum(at_once(*[lambda: outbox.sweep(now, 10)] * WORKERS)) == 6
    assert len(mail.outbox) == 6


def test_they_deliver_each_message_once(tell: Tell, user: User, receiver: Receiver) -> None:
    now = datetime.now(UTC)
    add_webhook(by=user, url=receiver.url)
    for _ in range(deliveries.MOST_OF_ONE):
        tell(now=now)
    assert sum(at_once(*[lambda: deliveries.sweep(now, 10)] * WORKERS)) == deliveries.MOST_OF_ONE
    ids = [received.headers["webhook-id"] for received in receiver.received]
    assert len(ids) == len(set(ids)) == deliveries.MOST_OF_ONE


def test_nobody_gets_more_webhooks_than_allowed_by_adding_many_at_once(
    user: User, receiver: Receiver
) -> None:
    for _ in range(MOST_WEBHOOKS - 1):
        add_webhook(by=user, url=receiver.url)

    added = outcomes(*[lambda: add_webhook(by=user, url=receiver.url)] * WORKERS)

    assert added == ["done"] + ["too_many_webhooks"] * 3
    assert Webhook.objects.count() == MOST_WEBHOOKS
