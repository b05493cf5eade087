"""Organisations, and who acts for them under which mandate until when."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.identity.documents import LONGEST_NAME
from accounts.organisations.states import OPEN, OrganisationState

USCC_LENGTH = 18  # GB 32100-2015
LONGEST_SCOPES = 100


class Organisation(models.Model):
    """A unit with a unified social credit code, and the person who answers for it. Name and code are public facts."""

    reference = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(max_length=LONGEST_NAME)
    uscc = models.CharField(max_length=USCC_LENGTH, db_index=True)
    representative = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="organisations"
    )
    state = models.CharField(
        max_length=12,
        choices=[(s.value, s.value) for s in OrganisationState],
        default=OrganisationState.PENDING,
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
                fields=["uscc"], condition=Q(state="verified"), name="one_verified_organisation_per_code"
            ),
            models.UniqueConstraint(
                fields=["uscc", "representative"],
                condition=Q(state__in=sorted(state.value for state in OPEN)),
                name="one_open_organisation_per_representative",
            ),
            models.CheckConstraint(
                name="organisation_decision_matches_state",
                condition=Q(state="pending", decided_at__isnull=True)
                | (~Q(state="pending") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="organisation_is_not_decided_by_its_representative",
                condition=Q(state="ended") | Q(decided_by__isnull=True) | ~Q(decided_by=F("representative")),
            ),
        ]

    def __str__(self) -> str:
        return f"organisation {self.reference}: {self.state}"


class Mandate(models.Model):
    """``delegate`` may act for ``organisation`` in what ``scopes`` names, from ``begins_at`` until ``ends_at`` or a revocation."""

    reference = models.UUIDField(default=uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandates")
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mandates")
    scopes = models.CharField(max_length=LONGEST_SCOPES)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "delegate"],
                condition=Q(revoked_at__isnull=True),
                name="one_mandate_per_delegate",
            ),
            models.CheckConstraint(
                name="mandate_ends_after_it_begins", condition=Q(ends_at__gt=F("begins_at"))
            ),
            models.CheckConstraint(name="mandate_allows_something", condition=~Q(scopes="")),
        ]

    def __str__(self) -> str:
        return f"mandate {self.reference}: {self.scopes}"
