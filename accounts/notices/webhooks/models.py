"""Webhooks of accounts, and what is sent to them."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.notices.kinds import LONGEST_CODE
from accounts.notices.models import Notice
from accounts.notices.webhooks.states import DeliveryState


class Webhook(models.Model):
    """An address that hears of its owner's notices. Address and secrets are sealed for ``user``.

    ``old_secret`` still signs beside ``secret`` until ``old_secret_until``. ``failing_since`` is when the first delivery failed
    since the last that was taken.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhooks")
    url = models.BinaryField()
    secret = models.BinaryField()
    old_secret = models.BinaryField(null=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    failing_since = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="webhook_old_secret_ends",
                condition=Q(old_secret__isnull=True, old_secret_until__isnull=True)
                | Q(old_secret__isnull=False, old_secret_until__isnull=False),
            ),
            models.CheckConstraint(
                name="webhook_is_disabled_for_failing",
                condition=Q(disabled_at__isnull=True) | Q(failing_since__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"webhook {self.id} of {self.user}"


class WebhookDelivery(models.Model):
    """One message to one webhook. ``payload`` is the JSON text that is signed and sent; no personal data is in it.

    ``due_at`` is when it is tried next; while a worker holds it, when that claim runs out. ``last_status`` and ``last_error``
    are of the last attempt. ``notice`` is none for a test, which is tried once.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    notice = models.ForeignKey(
        Notice, null=True, blank=True, on_delete=models.CASCADE, related_name="deliveries"
    )
    kind = models.CharField(max_length=LONGEST_CODE)
    payload = models.TextField()
    state = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in DeliveryState],
        default=DeliveryState.WAITING,
    )
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    last_error = models.CharField(max_length=20, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="deliveries_that_wait"),
            models.Index(fields=["ended_at"], condition=~Q(state="waiting"), name="deliveries_that_ended"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "notice"], name="one_delivery_of_a_notice"),
            models.CheckConstraint(
                name="delivery_is_due_until_it_ends",
                condition=Q(state="waiting", due_at__isnull=False, ended_at__isnull=True)
                | Q(state__in=["delivered", "failed"], due_at__isnull=True, ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="delivery_is_taken_or_has_an_error",
                condition=~Q(state="delivered")
                | Q(last_status__gte=200, last_status__lt=300, last_error="", attempts__gte=1),
            ),
            models.CheckConstraint(name="delivery_has_a_payload", condition=~Q(payload="") & ~Q(kind="")),
        ]

    def __str__(self) -> str:
        return f"delivery {self.id}: {self.kind}"

    @property
    def message_id(self) -> str:
        """What the receiver knows it by; the same at every attempt."""
        return f"msg_{self.id.hex}"
