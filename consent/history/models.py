"""What happened to requests, grants and uses, for the pages of those concerned."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Event(models.Model):
    """One line of a history. No code changes or removes one; the record log holds the same line, out of reach.

    ``subject`` is as in the log: ``grant:<uuid>``. What a person does with a request is a line about ``answer:<uuid>``, a
    reference that the requester never learns: the log must not tell them that it was read or refused.
    """

    subject = models.CharField(max_length=48, db_index=True)
    event = models.CharField(max_length=32)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.subject}: {self.event}"
