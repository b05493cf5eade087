"""Reports that somebody asked to keep."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class KeptReport(models.Model):
    """A report behind an address that only the one who asked for it knows, until ``expires_at``.

    ``token_sha256`` is the SHA-256 of the address's token in hexadecimal, so that who reads the database has no
    addresses. ``report`` holds the fields of the public report, without the file's name and without any picture;
    ``file`` is the name, where it was asked to be kept too.
    """

    token_sha256 = models.CharField(max_length=64, unique=True)
    report = models.JSONField()
    file = models.CharField(max_length=120, blank=True)
    checked_at = models.DateTimeField()
    kept_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="kept_report_ends_after_it_begins", condition=Q(expires_at__gt=F("kept_at"))
            )
        ]

    def __str__(self) -> str:
        return f"report of {self.checked_at:%Y-%m-%d}"
