"""Putting what happened into words for machines, and into the queue of each webhook."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from celery import current_app
from django.db import transaction

from accounts.notices.kinds import Kind
from accounts.notices.models import Notice
from accounts.notices.webhooks.models import Webhook, WebhookDelivery

TEST = "webhook.test"
SWEEP_TASK = "accounts.notices.webhooks.tasks.sweep"


def on_notice(*, notice: Notice, kind: Kind, params: Mapping[str, str], now: datetime, **kwargs: Any) -> None:
    """Write a delivery to each webhook of the one who is told, in the transaction of the notice."""
    said = {name: params[name] for name in kind.open_params if name in params}
    payload = _payload(kind.code, notice.subject, said, now)
    webhooks = Webhook.objects.filter(user=notice.user, disabled_at__isnull=True)
    made = WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            webhook=webhook, notice=notice, kind=kind.code, payload=payload, created_at=now, due_at=now
        )
        for webhook in webhooks
    )
    if made:
        _wake()


def write_test(webhook: Webhook, *, now: datetime) -> WebhookDelivery:
    """Write a delivery that says nothing but where it goes."""
    payload = _payload(TEST, f"webhook:{webhook.pk}", {}, now)
    made = WebhookDelivery.objects.create(
        webhook=webhook, kind=TEST, payload=payload, created_at=now, due_at=now
    )
    _wake()
    return made


def _payload(kind: str, subject: str, params: Mapping[str, str], now: datetime) -> str:
    at = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    said = {"type": kind, "timestamp": at, "data": {"subject": subject, "params": dict(params)}}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _wake() -> None:
    # By name: the task's module stands above this one. Robust: the next sweep delivers what the queue did not take.
    transaction.on_commit(lambda: current_app.send_task(SWEEP_TASK), robust=True)
