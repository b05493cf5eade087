"""Per-person keys: destroying one erases all that was sealed for that person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class PersonKey(models.Model):
    """A person's random 256-bit key, wrapped by the vault's master key."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="person_key")
    wrapped = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="person_key_is_held_or_destroyed",
                condition=models.Q(wrapped__isnull=False, destroyed_at__isnull=True)
                | models.Q(wrapped__isnull=True, destroyed_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"key of {self.user}"
