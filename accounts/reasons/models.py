"""Statements of reasons, as they were made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from accounts.reasons.schema import (
    Account,
    Automation,
    Category,
    GroundKind,
    Provision,
    Source,
    Visibility,
)


def _choices(values: Iterable[StrEnum]) -> list[tuple[str, str]]:
    return [(each.value, each.value) for each in values]


def _is_short(name: str, most: int) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"reasons_{name}_is_short", condition=LessThanOrEqual(Length(name), most)
    )


class StatementOfReasons(models.Model):
    """What was decided against ``person``, or something of theirs, and why. Written once, with the decision.

    ``subject``: what the log calls that which it is about (``work:8Z0K3…``, ``user:…``). ``reference``: of the law or the agreement;
    ``also_illegal``: "Yes", "No", or "" where that was not looked into. Texts name nobody. ``by``: None where no human decided.
    """

    puid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="statements_of_reasons"
    )
    subject = models.CharField(max_length=48, db_index=True)
    visibility = models.CharField(max_length=60, choices=_choices(Visibility), blank=True)
    other = models.CharField(max_length=500, blank=True)
    provision = models.CharField(max_length=60, choices=_choices(Provision), blank=True)
    account = models.CharField(max_length=60, choices=_choices(Account), blank=True)
    ground = models.CharField(max_length=60, choices=_choices(GroundKind))
    reference = models.CharField(max_length=500)
    explanation = models.TextField()
    reference_url = models.CharField(max_length=500, blank=True)
    also_illegal = models.CharField(max_length=3, blank=True)
    facts = models.TextField()
    content_types = models.JSONField(default=list)
    category = models.CharField(max_length=80, choices=_choices(Category))
    keywords = models.JSONField(default=list)
    content_date = models.DateField()
    applies_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=40, choices=_choices(Source))
    automated_detection = models.BooleanField(default=False)
    automated_decision = models.CharField(max_length=40, choices=_choices(Automation))
    territory = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)
    stated_at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-stated_at", "puid"]
        constraints = [
            models.CheckConstraint(
                name="reasons_decide_something",
                condition=~Q(visibility="") | ~Q(provision="") | ~Q(account=""),
            ),
            models.CheckConstraint(
                name="reasons_say_what_other_is",
                condition=Q(visibility=Visibility.OTHER) & ~Q(other="")
                | ~Q(visibility=Visibility.OTHER) & Q(other=""),
            ),
            models.CheckConstraint(
                name="reasons_have_a_ground",
                condition=Q(ground__in=list(GroundKind))
                & ~Q(reference="")
                & ~Q(explanation="")
                & ~Q(facts=""),
            ),
            models.CheckConstraint(
                name="reasons_use_the_schemas_words",
                condition=Q(visibility__in=["", *Visibility])
                & Q(provision__in=["", *Provision])
                & Q(account__in=["", *Account])
                & Q(category__in=list(Category))
                & Q(source__in=list(Source))
                & Q(automated_decision__in=list(Automation)),
            ),
            models.CheckConstraint(
                name="reasons_say_illegal_of_the_agreement",
                condition=Q(also_illegal="")
                | Q(also_illegal__in=["Yes", "No"], ground=GroundKind.INCOMPATIBLE),
            ),
            models.CheckConstraint(
                name="reasons_end_after_they_begin",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("applies_on")),
            ),
            models.CheckConstraint(
                name="reasons_begin_in_range",
                condition=Q(applies_on__gte=date(2020, 1, 1), content_date__gte=date(2000, 1, 1)),
            ),
            models.CheckConstraint(
                name="reasons_of_nobody_are_automated",
                condition=Q(by__isnull=True, automated_decision=Automation.FULLY)
                | Q(by__isnull=False) & ~Q(automated_decision=Automation.FULLY),
            ),
            _is_short("other", 500),
            _is_short("reference", 500),
            _is_short("explanation", 2000),
            _is_short("facts", 5000),
        ]

    def __str__(self) -> str:
        return f"statement {self.puid}"

    @property
    def log_subject(self) -> str:
        """What the record log calls it."""
        return f"reasons:{self.puid}"
