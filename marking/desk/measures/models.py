"""Measures against works."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Measure(models.Model):
    """Access to one work is off, from ``imposed_at`` until it is lifted.

    While any measure on a work stands, ``Work.blocked_at`` is when the first of them was imposed. ``imposed_by``: None where a clock or
    the work's own record decided; ``confirmed_by``: the second person, where two had to decide. ``case``: None where nobody complained.
    """

    reference = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    work = models.ForeignKey("marking.Work", on_delete=models.PROTECT, related_name="measures")
    case = models.ForeignKey(
        "marking.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="measures"
    )
    statement = models.OneToOneField(
        "accounts.StatementOfReasons", on_delete=models.PROTECT, related_name="measure"
    )
    imposed_at = models.DateTimeField()
    imposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["imposed_at", "reference"]
        constraints = [
            models.UniqueConstraint(
                fields=["work", "case"],
                condition=Q(lifted_at__isnull=True),
                name="one_measure_of_a_case_on_a_work",
            ),
            models.CheckConstraint(
                name="measure_is_lifted_by_somebody",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="measure_is_lifted_after_it_is_imposed",
                condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=F("imposed_at")),
            ),
            models.CheckConstraint(
                name="measure_is_confirmed_by_a_second_person",
                condition=Q(confirmed_by__isnull=True)
                | (Q(imposed_by__isnull=False) & ~Q(confirmed_by=F("imposed_by"))),
            ),
        ]

    def __str__(self) -> str:
        return f"measure on {self.work_id}"

    @property
    def log_subject(self) -> str:
        """What the record log calls it."""
        return f"measure:{self.reference}"
