"""Workers that look for the same messages at once …"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connection

from accounts.notices import outbox
from accounts.notices.webhooks import deliveries
from accounts.notices.webhooks.models import Webhook
from accounts.notices.webhooks.services import MOST_WEBHOOKS, add_webhook
from accounts.refusals import Refusal
from accounts.users.models import User

from .conftest import Tell
from .webhooks.receiver import Receiver, receiving

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 4


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def at_once(act: Callable[[], int]) -> list[int]:
    """What each of some threads that start together answers; -1 for a refusal."""
    barrier, results = Barrier(WORKERS), []

    def run() -> None:
        barrier.wait()
        try:
            results.append(act())
        except Refusal:
            results.append(-1)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == WORKERS, "an act ended in an error"
    return results


def test_they_send_each_mail_once(tell: Tell) -> None:
    now = datetime.now(UTC)
    for _ in range(6):
        tell(now=now)
    assert sum(at_once(lambda: outbox.sweep(now, 10))) == 6
    assert len(mail.outbox) == 6


def test_they_deliver_each_message_once(tell: Tell, user: User, receiver: Receiver) -> None:
    now = datetime.now(UTC)
    add_webhook(by=user, url=receiver.url)
    for _ in range(deliveries.MOST_OF_ONE):
        tell(now=now)
    assert sum(at_once(lambda: deliveries.sweep(now, 10))) == deliveries.MOST_OF_ONE
    ids = [received.headers["webhook-id"] for received in receiver.received]
    assert len(ids) == len(set(ids)) == deliveries.MOST_OF_ONE


def test_nobody_gets_more_webhooks_than_allowed_by_adding_many_at_once(
    user: User, receiver: Receiver
) -> None:
    for _ in range(MOST_WEBHOOKS - 1):
        add_webhook(by=user, url=receiver.url)

    def add() -> int:
        add_webhook(by=user, url=receiver.url)
        return 1

    assert sorted(at_once(add)) == [-1, -1, -1, 1]
    assert Webhook.objects.count() == MOST_WEBHOOKS
