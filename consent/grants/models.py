"""Standing rights to a person's likeness, and the evidence that the person gave them."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from consent.grants.states import STANDING
from consent.scope import GrantState, Proof

_STANDING = sorted(STANDING)


class Suspension(models.TextChoices):
    """Why a grant rests."""

    ACCOUNT_RISK = "account_risk"
    DISPUTE = "dispute"
    GUARDIAN = "guardian"
    BIRTHDAY = "birthday"
    LEGAL_HOLD = "legal_hold"


class Grant(models.Model):
    """What a person granted to one grantee. ``version`` counts changes of its state; the scope never changes.

    How surely the person granted is no column: it is read out of the :class:`Evidence`, each time.
    ``outputs``: as many as the scope grants; ``consumed``: how many were made of it. ``cools_until``: it is not in force before;
    ``ends_at``: nor from then on. ``guardian`` acted for a minor. ``renews``: the grant that this one follows.
    ``emptied_at``: when its time was over and its scope was let go of (:mod:`consent.contents`), years after its end.
    """

    reference = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants_given"
    )
    grantee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants_held"
    )
    guardian = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    request = models.OneToOneField(
        "consent.Request", null=True, blank=True, on_delete=models.PROTECT, related_name="grant"
    )
    renews = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="renewals"
    )
    state = models.CharField(max_length=16, choices=[(each.value, each.value) for each in GrantState])
    version = models.PositiveIntegerField(default=1)
    vocabulary = models.CharField(max_length=8)
    scope = models.JSONField()
    scope_sha256 = models.CharField(max_length=64)
    outputs = models.PositiveIntegerField()
    consumed = models.PositiveIntegerField(default=0)
    given_at = models.DateTimeField()
    cools_until = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    suspended_because = models.CharField(max_length=16, choices=Suspension.choices, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-given_at"]
        constraints = [
            models.CheckConstraint(
                name="grant_state_is_known", condition=Q(state__in=[each.value for each in GrantState])
            ),
            models.CheckConstraint(
                name="grant_renews_another", condition=Q(renews__isnull=True) | ~Q(renews=F("reference"))
            ),
            models.CheckConstraint(
                name="grant_makes_no_more_than_granted", condition=Q(consumed__lte=F("outputs"))
            ),
            models.CheckConstraint(name="grant_ends_after_it_began", condition=Q(ends_at__gt=F("given_at"))),
            models.CheckConstraint(
                name="grant_end_has_a_time",
                condition=Q(state__in=_STANDING, ended_at__isnull=True)
                | (~Q(state__in=_STANDING) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="grant_suspension_has_a_reason",
                condition=(Q(state="suspended") & ~Q(suspended_because=""))
                | (~Q(state="suspended") & Q(suspended_because="")),
            ),
            models.CheckConstraint(
                name="grant_cools_until_a_time",
                condition=~Q(state="pending_cooling") | Q(cools_until__isnull=False),
            ),
            models.CheckConstraint(
                name="grant_used_up_has_nothing_left",
                condition=~Q(state="exhausted") | Q(consumed=F("outputs")),
            ),
            models.CheckConstraint(
                name="grant_emptied_has_ended_and_no_scope",
                condition=Q(emptied_at__isnull=True) | Q(ended_at__isnull=False, scope={}),
            ),
        ]

    def __str__(self) -> str:
        return f"grant {self.reference}"

    @property
    def log_subject(self) -> str:
        """What the record log calls it."""
        return f"grant:{self.reference}"


class Evidence(models.Model):
    """How a grant was given: the text that was shown, when, and what the person proved. Written once, with the grant.

    ``sealed``: canonical JSON under the person's key. ``seal`` is a keyed digest over what the grant says and ``sha256``, which only
    this installation can compute: a row that somebody writes into the database proves nothing. ``emptied_at``: when ``sealed`` was
    let go of; the digests stay.
    """

    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, primary_key=True, related_name="evidence")
    proof = models.CharField(max_length=8, choices=[(each.value, each.value) for each in Proof])
    sealed = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    seal = models.BinaryField(max_length=32)
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="evidence_proves_an_identity", condition=Q(proof__in=["identity", "signed", "spoken"])
            ),
            models.CheckConstraint(
                name="evidence_emptied_holds_nothing",
                condition=Q(emptied_at__isnull=True) | Q(sealed=b""),
            ),
        ]

    def __str__(self) -> str:
        return f"evidence of {self.grant_id}"
