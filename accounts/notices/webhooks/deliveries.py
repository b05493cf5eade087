"""Delivering what waits for webhooks."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from accounts.notices.services import notify
from accounts.notices.webhooks.addresses import AddressInvalid, Target, read_target
from accounts.notices.webhooks.contents import keys_of, url_of
from accounts.notices.webhooks.kinds import DISABLED
from accounts.notices.webhooks.models import Webhook, WebhookDelivery
from accounts.notices.webhooks.posting import Answer, post
from accounts.notices.webhooks.signing import signed_headers
from accounts.notices.webhooks.states import DeliveryState, must_be_disabled, next_try
from accounts.records.log import append
from accounts.vault.sealing import Damaged, Erased

logger = logging.getLogger(__name__)

CLAIMED_FOR = timedelta(minutes=2)
"""Far longer than a sweep takes: nothing takes longer than :data:`~accounts.notices.webhooks.posting.TIMEOUT`."""
AT_ONCE = 8
MOST_OF_ONE = 4
"""Deliveries of one account in one sweep, so that nobody's slow server holds up another's messages; webhooks that fail get one."""
ROWS_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Message:
    """A claimed delivery, ready to be posted."""

    delivery: WebhookDelivery
    target: Target
    headers: dict[str, str]


def sweep(now: datetime, most: int) -> int:
    """Deliver what is due, at most ``most``, what waits longest first; count what was taken.

    The network is reached by several threads, the database by this one alone and never while a post is under way.
    """
    forget(now, most)
    claimed = [each for pk in _due(now, most) if (each := _claim(pk, now)) is not None]
    messages = [each for each in (_message(delivery, now) for delivery in claimed) if each is not None]
    with ThreadPoolExecutor(AT_ONCE) as posts:
        answers = list(posts.map(_post, messages))
    return sum(
        _settle(message.delivery, answer, now) for message, answer in zip(messages, answers, strict=True)
    )


def forget(now: datetime, most: int) -> None:
    """Delete the rows of deliveries that ended long ago, and secrets that no longer sign."""
    old = WebhookDelivery.objects.exclude(state=DeliveryState.WAITING).filter(ended_at__lte=now - ROWS_KEPT)
    WebhookDelivery.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:most])).delete()
    Webhook.objects.filter(old_secret_until__lte=now).update(old_secret=None, old_secret_until=None)


def _due(now: datetime, most: int) -> list[UUID]:
    """What is due, the first of each account before the second of any; one at a time to those whose webhooks fail."""
    turn = Window(RowNumber(), partition_by=F("webhook__user"), order_by=["due_at", "pk"])
    due = WebhookDelivery.objects.filter(state=DeliveryState.WAITING, due_at__lte=now).annotate(turn=turn)
    ordered = due.filter(turn__lte=MOST_OF_ONE).order_by("turn", "due_at", "pk")
    found = ordered.values_list("pk", "turn", "webhook__failing_since")[: most * MOST_OF_ONE]
    return [pk for pk, turn, failing_since in found if turn == 1 or failing_since is None][:most]


def _claim(pk: UUID, now: datetime) -> WebhookDelivery | None:
    """Claim a delivery that is due; None where somebody else holds it."""
    due = WebhookDelivery.objects.filter(pk=pk, state=DeliveryState.WAITING, due_at__lte=now)
    if not due.update(due_at=now + CLAIMED_FOR):
        return None
    return WebhookDelivery.objects.select_related("webhook__user__person_key").filter(pk=pk).first()


def _message(delivery: WebhookDelivery, now: datetime) -> Message | None:
    """What is posted for a delivery; None where its address cannot be used any more, which is a failure."""
    try:
        target = read_target(url_of(delivery.webhook), may_be_loopback=not settings.IS_ON_TLS)
        keys = keys_of(delivery.webhook, now=now)
    except (AddressInvalid, Damaged, Erased) as error:
        code = error.code if isinstance(error, AddressInvalid) else "damaged"
        _settle(delivery, Answer(None, code), now)
        return None
    return Message(delivery, target, signed_headers(delivery.message_id, delivery.payload, keys, now=now))


def _post(message: Message) -> Answer:
    body = message.delivery.payload.encode()
    return post(message.target, body, message.headers, may_be_loopback=not settings.IS_ON_TLS)


@transaction.atomic
def _settle(delivery: WebhookDelivery, answer: Answer, now: datetime) -> bool:
    """Write down what became of an attempt; True where it was taken."""
    again = (
        None if answer.is_taken or delivery.notice_id is None else next_try(delivery.attempts + 1, now=now)
    )
    state = DeliveryState.DELIVERED if answer.is_taken else DeliveryState.FAILED
    if not _held(delivery).update(
        state=DeliveryState.WAITING if again else state,
        due_at=again,
        ended_at=None if again else now,
        attempts=delivery.attempts + 1,
        last_status=answer.status,
        last_error=answer.error,
    ):
        return False
    if answer.is_taken:
        Webhook.objects.filter(pk=delivery.webhook_id, disabled_at__isnull=True).update(failing_since=None)
    elif delivery.notice_id is not None:
        _note_failure(delivery.webhook, answer, now)
    return answer.is_taken


def _held(delivery: WebhookDelivery) -> QuerySet[WebhookDelivery]:
    # By the claim's end: where it ran out, somebody else has claimed the delivery since.
    return WebhookDelivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING, due_at=delivery.due_at)


def _note_failure(webhook: Webhook, answer: Answer, now: datetime) -> None:
    logger.info("webhook %s failed: %s", webhook.pk, answer.status or answer.error)
    Webhook.objects.filter(pk=webhook.pk, failing_since__isnull=True).update(failing_since=now)
    current = Webhook.objects.filter(pk=webhook.pk, disabled_at__isnull=True).first()
    if current and must_be_disabled(current.failing_since or now, answer.status, now=now):
        _disable(webhook, now)


def _disable(webhook: Webhook, now: datetime) -> None:
    """Send nothing more to a webhook, and tell its owner."""
    if not Webhook.objects.filter(pk=webhook.pk, disabled_at__isnull=True).update(disabled_at=now):
        return
    waiting = WebhookDelivery.objects.filter(webhook=webhook, state=DeliveryState.WAITING)
    waiting.update(state=DeliveryState.FAILED, due_at=None, ended_at=now, last_error="disabled")
    subject = f"webhook:{webhook.pk}"
    append(kind="webhook.disabled", subject=subject, body={}, by=None, person=webhook.user, now=now)
    notify(
        user=webhook.user, kind=DISABLED.code, subject=subject, params={"host": _host_of(webhook)},
        url_args=[str(webhook.pk)], now=now,
    )  # fmt: skip


def _host_of(webhook: Webhook) -> str:
    return read_target(url_of(webhook), may_be_loopback=True).host
