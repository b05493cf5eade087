"""Webhooks that lead to a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from accounts.notices.webhooks.models import Webhook
from accounts.notices.webhooks.services import NewSecret, add_webhook
from accounts.users.models import User

from .receiver import Receiver, receiving


@pytest.fixture(scope="module")
def running() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def receiver(running: Receiver) -> Receiver:
    """A server that has heard nothing yet and takes everything."""
    running.statuses, running.received = [], []
    return running


@pytest.fixture
def added(user: User, receiver: Receiver) -> NewSecret:
    """A webhook of the first account, and its secret."""
    return add_webhook(by=user, url=receiver.url)


@pytest.fixture
def webhook(added: NewSecret) -> Webhook:
    return added.webhook
