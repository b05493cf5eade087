"""Children under fourteen, and the adults who act for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Relation(models.TextChoices):
    """What makes somebody a guardian (Civil Code Art. 27)."""

    PARENT = "parent", _("Mother or father")
    APPOINTED = "appointed", _("Appointed guardian")


class Guardianship(models.Model):
    """An adult acts for a child. ``ward`` is an account that nobody can sign in to, until it is handed over.

    It counts from ``confirmed_at``, when staff had seen what proves it, until ``ended_at``. ``sealed_name``: the child's, as
    its guardian gave it and reads it, under the child's key; ``emptied_at``: when it was let go of, years after the end.
    """

    ward = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="guardians")
    guardian = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="wards")
    sealed_name = models.BinaryField(default=b"")
    relation = models.CharField(max_length=12, choices=Relation.choices)
    claimed_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "guardian"],
                condition=Q(ended_at__isnull=True),
                name="one_guardianship_of_two",
            ),
            models.CheckConstraint(name="nobody_is_their_own_guardian", condition=~Q(ward=F("guardian"))),
            models.CheckConstraint(
                name="guardianship_is_confirmed_by_somebody_else",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by=F("guardian"))),
            ),
            models.CheckConstraint(
                name="guardianship_emptied_has_no_name",
                condition=Q(emptied_at__isnull=True) | Q(ended_at__isnull=False, sealed_name=b""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guardian} for {self.ward}"
