"""Standing rules of a person."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.identity.levels import Level
from consent.rules.answering import WhoMayAsk


class StandingRules(models.Model):
    """What a person wants done with requests before they are bothered. Who has no row lets everybody ask.

    ``purposes``: those that may be asked for; null for all. ``listed``: producer ids, looked at where only listed people may ask.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="standing_rules"
    )
    who = models.CharField(
        max_length=8, choices=[(each.value, each.value) for each in WhoMayAsk], default=WhoMayAsk.ANYBODY
    )
    listed = models.JSONField(default=list, blank=True)
    least_level = models.PositiveSmallIntegerField(
        choices=[(level.value, level.name) for level in Level], default=Level.NONE
    )
    purposes = models.JSONField(null=True, blank=True)
    only_with_preview = models.BooleanField(default=False)
    quiet_until = models.DateTimeField(null=True, blank=True)
    most_per_week = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="rules_count_from_one_to_a_hundred",
                condition=Q(most_per_week__isnull=True) | Q(most_per_week__range=(1, 100)),
            ),
            models.CheckConstraint(name="rules_know_the_levels", condition=Q(least_level__lte=4)),
        ]

    def __str__(self) -> str:
        return f"rules of {self.person}"
