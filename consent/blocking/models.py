"""Who does not want to be asked by whom."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Block(models.Model):
    """Nobody behind ``contact`` wants to be asked by ``requester``, who never learns of it.

    ``person``: the account that said so; None where somebody did who holds the address and has no account.
    """

    contact = models.ForeignKey("consent.Contact", on_delete=models.PROTECT, related_name="blocks")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="blocks"
    )
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["contact", "requester"], name="one_block_of_a_requester"),
        ]

    def __str__(self) -> str:
        return f"{self.contact} and {self.requester}"
