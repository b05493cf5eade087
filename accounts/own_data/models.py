"""Copies that people asked for of what the site holds about them."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q


class DataCopy(models.Model):
    """One copy: asked for, being made, there to be fetched until ``expires_at``, removed. Its file is sealed under the key of ``user``."""

    class State(models.TextChoices):
        WAITING = "waiting"
        MAKING = "making"
        READY = "ready"
        FAILED = "failed"
        REMOVED = "removed"

    reference = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="data_copies")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveSmallIntegerField(default=0)
    rooms = models.PositiveSmallIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    made_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(state__in=["waiting", "making", "ready"]),
                name="one_data_copy_at_a_time",
            ),
            models.CheckConstraint(
                name="data_copy_is_ready_with_an_end",
                condition=~Q(state="ready")
                | (Q(made_at__isnull=False, expires_at__isnull=False) & ~Q(sha256="")),
            ),
        ]

    def __str__(self) -> str:
        return f"data copy {self.reference}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be made."""
        return self.state in (self.State.WAITING, self.State.MAKING)

    @property
    def file_name(self) -> str:
        """Storage name of its file."""
        return f"copies/{self.reference}"

    @property
    def log_subject(self) -> str:
        """What the record log calls it."""
        return f"export:{self.reference}"
