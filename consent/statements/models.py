"""Spoken statements."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from consent.statements.states import OPEN, StatementState


class Statement(models.Model):
    """Somebody who signed that they agree is asked to say so, too, with a code that was made for this one time.

    ``sealed``: what was signed, to become the evidence of the grant, under the key of ``person``; ``speaker`` is the person or, for a child,
    the guardian. ``scope``: canonical JSON of what is agreed to. The recording is kept until ``recording_removed_at``.
    ``emptied_at``: when what was signed, said and answered was let go of (:mod:`consent.contents`), years later.
    """

    reference = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    request = models.ForeignKey("consent.Request", on_delete=models.PROTECT, related_name="statements")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    speaker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=8,
        choices=[(each.value, each.value) for each in StatementState],
        default=StatementState.ASKED,
    )
    sealed = models.BinaryField()
    scope = models.TextField()
    is_counter = models.BooleanField(default=False)
    code = models.CharField(max_length=6)
    locale = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    media_type = models.CharField(max_length=16, blank=True)
    recording_sha256 = models.CharField(max_length=64, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    recording_removed_at = models.DateTimeField(null=True, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(state__in=sorted(OPEN)),
                name="one_open_statement_to_a_request",
            ),
            models.CheckConstraint(
                name="statement_recorded_is_a_file",
                condition=Q(recorded_at__isnull=True, recording_sha256="", media_type="")
                | (Q(recorded_at__isnull=False) & ~Q(recording_sha256="") & ~Q(media_type="")),
            ),
            models.CheckConstraint(
                name="statement_is_decided_by_somebody_who_heard_it",
                condition=~Q(state__in=["accepted", "rejected"])
                | (
                    Q(recorded_at__isnull=False, decided_at__isnull=False, reviewer__isnull=False)
                    & ~Q(reviewer=F("speaker"))
                    & ~Q(reviewer=F("person"))
                ),
            ),
            models.CheckConstraint(
                name="statement_rejection_has_a_reason",
                condition=~Q(state="rejected") | ~Q(reason="") | Q(emptied_at__isnull=False),
            ),
            models.CheckConstraint(
                name="statement_emptied_holds_nothing",
                condition=Q(emptied_at__isnull=True)
                | Q(sealed=b"", scope="", code="", reason="")
                & (Q(recorded_at__isnull=True) | Q(recording_removed_at__isnull=False))
                & ~Q(state__in=sorted(OPEN)),
            ),
        ]

    def __str__(self) -> str:
        return f"statement {self.reference}"

    @property
    def log_subject(self) -> str:
        """What the record log calls it."""
        return f"statement:{self.reference}"
