"""What may be done with one's webhooks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.notices.webhooks.addresses import AddressInvalid, read_target
from accounts.notices.webhooks.contents import seal_for, sealed_secret
from accounts.notices.webhooks.messages import write_test
from accounts.notices.webhooks.models import Webhook, WebhookDelivery
from accounts.notices.webhooks.signing import new_secret
from accounts.notices.webhooks.states import DeliveryState
from accounts.notices.webhooks.wording import say_address_fault
from accounts.records.log import append
from accounts.refusals import Refusal
from accounts.users.models import User

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

MOST_WEBHOOKS = 5
OLD_SECRET_HOLDS = timedelta(hours=24)
"""How long after a change the secret before it still signs beside the new one."""


@dataclass(frozen=True)
class NewSecret:
    """A webhook and its new secret, which is shown only now."""

    webhook: Webhook
    secret: str = field(repr=False)


@transaction.atomic
def add_webhook(*, by: User, url: str, now: datetime | None = None) -> NewSecret:
    """Tell ``url`` of the notices of ``by`` from now on. Refused with ``webhook_address_invalid`` and ``too_many_webhooks``."""
    now = now or timezone.now()
    _refuse_address(url)
    User.objects.select_for_update().get(pk=by.pk)  # one addition at a time
    if Webhook.objects.filter(user=by).count() >= MOST_WEBHOOKS:
        sentence = _("An account has at most %(limit)d webhooks. Delete one that is no longer used.")
        raise Refusal("too_many_webhooks", sentence % {"limit": MOST_WEBHOOKS})
    webhook, secret = Webhook(user=by, created_at=now), new_secret()
    seal_for(by, webhook, url=url, secret=secret)
    webhook.save(force_insert=True)
    _record("webhook.added", webhook, by, now, url=url)
    return NewSecret(webhook, secret)


@transaction.atomic
def rotate_secret(*, by: User, webhook: Webhook, now: datetime | None = None) -> NewSecret:
    """Give a webhook a new secret; the one before still signs beside it for :data:`OLD_SECRET_HOLDS`."""
    now, secret = now or timezone.now(), new_secret()
    webhook.old_secret_until = now + OLD_SECRET_HOLDS
    Webhook.objects.filter(pk=webhook.pk).update(
        old_secret=F("secret"),
        old_secret_until=webhook.old_secret_until,
        secret=sealed_secret(webhook, secret),
    )
    _record("webhook.secret_changed", webhook, by, now)
    return NewSecret(webhook, secret)


@transaction.atomic
def enable(*, by: User, webhook: Webhook, now: datetime | None = None) -> None:
    """Send to a webhook again that was disabled. A second call changes nothing."""
    disabled = Webhook.objects.filter(pk=webhook.pk, disabled_at__isnull=False)
    if disabled.update(disabled_at=None, failing_since=None):
        _record("webhook.enabled", webhook, by, now or timezone.now())


@transaction.atomic
def send_test(*, by: User, webhook: Webhook, now: datetime | None = None) -> WebhookDelivery:
    """Send a message that says nothing. Refused with ``webhook_disabled``, and ``webhook_test_waits`` while one is under way."""
    if webhook.disabled_at is not None:
        raise Refusal("webhook_disabled", _("Nothing is sent to this webhook until it is switched on again."))
    if webhook.deliveries.filter(notice__isnull=True, state=DeliveryState.WAITING).exists():
        raise Refusal("webhook_test_waits", _("A test is under way already. See below what becomes of it."))
    return write_test(webhook, now=now or timezone.now())


@transaction.atomic
def remove_webhook(*, by: User, webhook: Webhook, now: datetime | None = None) -> None:
    """Delete a webhook and what waits for it."""
    _record("webhook.removed", webhook, by, now or timezone.now())
    webhook.delete()


def _refuse_address(url: str) -> None:
    try:
        read_target(url, may_be_loopback=not settings.IS_ON_TLS)
    except AddressInvalid as error:
        raise Refusal("webhook_address_invalid", say_address_fault(error.code), status=422) from error


def _record(kind: str, webhook: Webhook, by: User, now: datetime, **said: JSON) -> None:
    append(kind=kind, subject=f"webhook:{webhook.pk}", body=said, by=by, person=webhook.user, now=now)
