"""Claims to a real name. Names and numbers are sealed; a number is unique by a keyed blind index."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identity.documents import DocumentType
from accounts.identity.levels import Level
from accounts.identity.states import ClaimState


class IdentityClaim(models.Model):
    """One person's claim to be who a document says, and what was decided about it.

    The sealed columns are bound to ``reference``. They are emptied when a claim is not accepted.
    """

    reference = models.UUIDField(default=uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="identity_claims"
    )
    document_type = models.CharField(
        _("document"), max_length=24, choices=[(t.value, t.value) for t in DocumentType]
    )
    sealed_name = models.BinaryField()
    sealed_number = models.BinaryField()
    sealed_birth_date = models.BinaryField(default=b"")
    number_index = models.BinaryField(max_length=32, db_index=True)
    state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in ClaimState], default=ClaimState.PENDING
    )
    provider = models.CharField(max_length=24)
    level = models.PositiveSmallIntegerField(
        choices=[(level.value, level.name) for level in Level], default=Level.NONE
    )
    reason = models.CharField(max_length=500, blank=True)
    submitted_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number_index"],
                condition=Q(state="verified"),
                name="one_verified_account_per_document",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(state__in=["pending", "verified"]),
                name="one_open_claim_per_user",
            ),
            models.CheckConstraint(
                name="claim_decision_matches_state",
                condition=Q(state="pending", decided_at__isnull=True)
                | (~Q(state="pending") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="claim_level_matches_state",
                condition=Q(state="verified", level__gte=1) | (~Q(state="verified") & Q(level=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"claim of {self.user}: {self.state}"
