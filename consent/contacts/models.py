"""Addresses that people are asked under."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Contact(models.Model):
    """An address that somebody was asked under. Nothing in the row tells whether anybody has an account with it.

    ``index`` is its blind index; ``sealed_address`` opens under the row's own ``wrapped_key``; both are null once erased, since
    ``emptied_at`` where that was because the time of all that was asked under it is over. Whoever is asked anew brings the address back.
    ``neutral_mail_at``: when a stranger's address was last written to, which is done at most once in thirty days over all
    requesters; ``opted_out_at``: when whoever reads it asked never to be written to again.
    """

    reference = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    index = models.BinaryField(max_length=32, unique=True)
    wrapped_key = models.BinaryField(null=True)
    sealed_address = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    neutral_mail_at = models.DateTimeField(null=True, blank=True)
    opted_out_at = models.DateTimeField(null=True, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="contact_is_sealed_or_erased",
                condition=Q(wrapped_key__isnull=False, sealed_address__isnull=False)
                | Q(wrapped_key__isnull=True, sealed_address__isnull=True),
            ),
            models.CheckConstraint(
                name="contact_emptied_holds_no_address",
                condition=Q(emptied_at__isnull=True) | Q(sealed_address__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"contact {self.reference}"
