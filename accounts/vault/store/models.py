"""Identities that were decided, sealed for the opening key. They lie in the database ``vault``, apart from all others."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone


class SealedIdentity(models.Model):
    """Name, document number and phone of one claim, as they were when it was decided.

    ``reference`` is the claim's. Two rows of one reference hold the same: the second was made because something
    ended between the vault and the claim, and is swept. ``wrapped_key`` is the row's own 256-bit key, sealed for the
    opening key ``opening_key_id``; to empty it erases the row, once the backups that still hold it have expired.
    """

    deposit = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    reference = models.UUIDField(db_index=True, editable=False)
    opening_key_id = models.CharField(max_length=16, db_index=True)
    wrapped_key = models.BinaryField(null=True)
    sealed_name = models.BinaryField(default=b"")
    sealed_number = models.BinaryField(default=b"")
    sealed_phone = models.BinaryField(default=b"")
    deposited_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True, db_index=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="identity_is_sealed_or_erased",
                condition=Q(wrapped_key__isnull=False, erased_at__isnull=True)
                | Q(
                    wrapped_key__isnull=True,
                    erased_at__isnull=False,
                    sealed_name=b"",
                    sealed_number=b"",
                    sealed_phone=b"",
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"sealed identity {self.reference}"
