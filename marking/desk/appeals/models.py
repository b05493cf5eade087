"""Appeals: by whoever a decision is against, and by whoever complained in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from marking.desk.appeals.states import AppealState

if TYPE_CHECKING:
    from accounts.users.models import User


def _account() -> models.ForeignKey[User | None, User | None]:
    """Whose account it is, or nobody's."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )


class Appeal(models.Model):
    """Somebody asks for a decision to be looked at again.

    ``kind`` and ``reference`` name what was decided (:mod:`marking.desk.appeals.appealable`); ``against_at`` is when that was, and
    ``first_by`` and ``second_by`` who decided it, so that the database can keep them from deciding again; None where nobody did.
    ``appellant``: the account that the decision is against; None for a complainant. ``text`` and ``reasons`` are sealed under the appeal's
    own ``wrapped_key``; ``emptied_at``: when they were let go of, years after the decision.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=12)
    reference = models.CharField(max_length=40)
    against_at = models.DateTimeField()
    first_by = _account()
    second_by = _account()
    appellant = _account()
    state = models.CharField(
        max_length=12,
        choices=[(each.value, each.value) for each in AppealState],
        default=AppealState.FILED,
    )
    filed_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    overdue_at = models.DateTimeField(null=True, blank=True)
    wrapped_key = models.BinaryField(null=True)
    text = models.BinaryField(null=True)
    reasons = models.BinaryField(null=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = _account()
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="appeal_by_due_date")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "reference", "against_at"], name="one_appeal_of_a_decision"
            ),
            models.CheckConstraint(
                name="appeal_is_decided_by_somebody",
                condition=Q(state="filed", decided_at__isnull=True, decided_by__isnull=True)
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(state="filed")),
            ),
            models.CheckConstraint(
                name="appeal_is_decided_by_another",
                condition=Q(decided_by__isnull=True)
                | (
                    (Q(first_by__isnull=True) | ~Q(decided_by=F("first_by")))
                    & (Q(second_by__isnull=True) | ~Q(decided_by=F("second_by")))
                    & (Q(appellant__isnull=True) | ~Q(decided_by=F("appellant")))
                ),
            ),
            models.CheckConstraint(
                name="appeal_text_goes_with_its_key",
                condition=Q(wrapped_key__isnull=False, text__isnull=False)
                | Q(wrapped_key__isnull=True, text__isnull=True, reasons__isnull=True),
            ),
            models.CheckConstraint(
                name="appeal_emptied_holds_nothing",
                condition=Q(emptied_at__isnull=True)
                | Q(wrapped_key__isnull=True, text__isnull=True, reasons__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"appeal {self.pk}"

    @property
    def log_subject(self) -> str:
        """What the record log calls it."""
        return f"appeal:{self.pk}"
