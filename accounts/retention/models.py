"""Legal holds: what is kept although its time is over."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.proposals.models import somebody


class LegalHold(models.Model):
    """Keeps everything about ``subject`` (``user:…``, ``work:…``, ``case:…``): nothing of it is emptied, deleted or erased.

    Two people set it and two lift it. It holds from the moment it is proposed until ``ends_at``, which is soon where nobody confirms it; to go
    on, it is proposed and confirmed anew, by another paper. ``case``: the number of the proceedings or of the order; ``document_sha256``:
    of the paper that asks for it. ``withdrawn_at``: when its proposer took it back, before anybody confirmed it; ``declined_at``: when somebody
    else turned it down then. ``lapsed_at``: its end where nobody decided before, noted when the same is proposed anew.
    """

    reference = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    subject = models.CharField(max_length=48, db_index=True)
    case = models.CharField(max_length=60)
    document_sha256 = models.CharField(max_length=64)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = somebody()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    declined_by = somebody()
    declined_at = models.DateTimeField(null=True, blank=True)
    lapsed_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(db_index=True)
    lift_asked_by = somebody()
    lift_asked_at = models.DateTimeField(null=True, blank=True)
    lifted_by = somebody()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(
                name="hold_is_of_an_account_a_work_or_a_case",
                condition=Q(subject__startswith="user:")
                | Q(subject__startswith="work:")
                | Q(subject__startswith="case:"),
            ),
            models.CheckConstraint(
                name="hold_names_its_case_and_its_document",
                condition=~Q(case="") & Q(document_sha256__regex=r"^[0-9a-f]{64}$"),
            ),
            models.CheckConstraint(
                name="hold_is_confirmed_by_somebody_else",
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by=F("proposed_by"))),
            ),
            models.CheckConstraint(
                name="hold_is_lifted_by_two",
                condition=Q(lifted_by__isnull=True, lifted_at__isnull=True)
                | (
                    Q(lifted_at__isnull=False, lift_asked_at__isnull=False, lift_asked_by__isnull=False)
                    & ~Q(lifted_by=F("lift_asked_by"))
                ),
            ),
            models.CheckConstraint(
                name="hold_ends_after_it_began",
                condition=Q(ends_at__gt=F("proposed_at"))
                & (Q(confirmed_at__isnull=True) | Q(ends_at__gt=F("confirmed_at"))),
            ),
            models.CheckConstraint(
                name="hold_is_taken_back_before_it_is_confirmed",
                condition=Q(withdrawn_at__isnull=True) | Q(confirmed_at__isnull=True, lifted_at__isnull=True),
            ),
            models.CheckConstraint(
                name="hold_is_declined_by_somebody_else",
                condition=Q(declined_by__isnull=True, declined_at__isnull=True)
                | (
                    Q(declined_by__isnull=False, declined_at__isnull=False, declined_at__lt=F("ends_at"))
                    & Q(confirmed_at__isnull=True, withdrawn_at__isnull=True, lifted_at__isnull=True)
                    & ~Q(declined_by=F("proposed_by"))
                ),
            ),
            models.CheckConstraint(
                name="hold_lapses_at_its_end_undecided",
                condition=Q(lapsed_at__isnull=True)
                | Q(lapsed_at=F("ends_at"), confirmed_at__isnull=True, withdrawn_at__isnull=True)
                & Q(declined_at__isnull=True, lifted_at__isnull=True),
            ),
            models.CheckConstraint(
                name="hold_is_lifted_before_its_end",
                condition=(Q(lift_asked_at__isnull=True) | Q(lift_asked_at__lt=F("ends_at")))
                & (Q(lifted_at__isnull=True) | Q(lifted_at__lt=F("ends_at"))),
            ),
            models.CheckConstraint(
                name="hold_is_not_confirmed_once_its_lifting_is_asked_for",
                condition=Q(lift_asked_at__isnull=True)
                | Q(confirmed_at__isnull=True)
                | Q(lift_asked_at__gte=F("confirmed_at")),
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(confirmed_at__isnull=True, withdrawn_at__isnull=True, declined_at__isnull=True)
                & Q(lifted_at__isnull=True, lapsed_at__isnull=True),
                name="one_hold_of_a_subject_is_proposed",
            ),
        ]

    def __str__(self) -> str:
        return f"hold {self.reference}"

    @property
    def ended_at(self) -> datetime:
        """When it ended or ends, by whatever comes first."""
        return self.withdrawn_at or self.declined_at or self.lifted_at or self.ends_at

    @property
    def log_subject(self) -> str:
        """What the record log calls it."""
        return f"hold:{self.reference}"
