"""Requests to open sealed identities, whom they concern, what approvers are asked, and each look."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.elevation.states import ElevationState

MOST_MINUTES = 60
MOST_PERSONS = 3


class Elevation(models.Model):
    """One request. What is asked, and the texts of it, lie in ``content``, sealed under ``wrapped_key`` until years after its end.

    ``first_*`` and ``second_*``: who approved, when, and the signature with what was signed by it. ``window_key`` seals what the keeper
    opened, from ``opened_at`` to ``ends_at``; it is destroyed at the end. ``told_at``: when everybody concerned had been told.
    """

    reference = models.UUIDField(unique=True, default=uuid4, editable=False)
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="elevations")
    state = models.CharField(
        max_length=12,
        choices=[(each.value, each.value) for each in ElevationState],
        default=ElevationState.ASKED,
    )
    asked_at = models.DateTimeField()
    opens_before = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    gag_until = models.DateField(null=True, blank=True)
    gag_ended_at = models.DateTimeField(null=True, blank=True)
    wrapped_key = models.BinaryField(null=True)
    content = models.BinaryField(null=True)

    first_approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    first_approved_at = models.DateTimeField(null=True, blank=True)
    first_proof = models.JSONField(null=True, blank=True)
    second_approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    second_approved_at = models.DateTimeField(null=True, blank=True)
    second_proof = models.JSONField(null=True, blank=True)

    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    failure = models.CharField(max_length=24, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    window_key = models.BinaryField(null=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "opens_before"], name="elevation_by_end"),
        ]
        constraints = [
            models.CheckConstraint(
                name="elevation_lasts_an_hour_at_most", condition=Q(minutes__gte=1, minutes__lte=MOST_MINUTES)
            ),
            models.CheckConstraint(
                name="elevation_first_approver_did_not_ask",
                condition=Q(first_approver__isnull=True) | ~Q(first_approver=F("asker")),
            ),
            models.CheckConstraint(
                name="elevation_second_approver_did_not_ask",
                condition=Q(second_approver__isnull=True) | ~Q(second_approver=F("asker")),
            ),
            models.CheckConstraint(
                name="elevation_is_approved_by_two_people",
                condition=Q(second_approver__isnull=True)
                | (Q(first_approver__isnull=False) & ~Q(second_approver=F("first_approver"))),
            ),
            models.CheckConstraint(
                name="elevation_first_approval_is_whole",
                condition=Q(
                    first_approver__isnull=True, first_approved_at__isnull=True, first_proof__isnull=True
                )
                | Q(first_approver__isnull=False, first_approved_at__isnull=False, first_proof__isnull=False),
            ),
            models.CheckConstraint(
                name="elevation_second_approval_is_whole",
                condition=Q(
                    second_approver__isnull=True, second_approved_at__isnull=True, second_proof__isnull=True
                )
                | Q(
                    second_approver__isnull=False, second_approved_at__isnull=False, second_proof__isnull=False
                ),
            ),
            models.CheckConstraint(
                name="elevation_is_approved_before_it_opens",
                condition=~Q(state__in=["approved", "open", "closed"]) | Q(second_approver__isnull=False),
            ),
            models.CheckConstraint(
                name="elevation_window_needs_approvals",
                condition=Q(opened_at__isnull=True, ends_at__isnull=True, window_key__isnull=True)
                | Q(
                    second_approver__isnull=False,
                    opened_at__isnull=False,
                    ends_at__gt=F("opened_at"),
                    state__in=["open", "closed"],
                ),
            ),
            models.CheckConstraint(
                name="elevation_window_is_shut_at_its_end",
                condition=Q(state="open", window_key__isnull=False, ended_at__isnull=True)
                | (~Q(state="open") & Q(window_key__isnull=True)),
            ),
            models.CheckConstraint(
                name="elevation_end_has_a_time",
                condition=Q(state__in=["asked", "approved", "open"], ended_at__isnull=True)
                | (~Q(state__in=["asked", "approved", "open"]) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="elevation_opens_after_its_asking", condition=Q(opens_before__gt=F("asked_at"))
            ),
            models.CheckConstraint(
                name="elevation_is_readable_until_it_ended",
                condition=Q(wrapped_key__isnull=False, content__isnull=False)
                | (
                    Q(wrapped_key__isnull=True, content__isnull=True)
                    & ~Q(state__in=["asked", "approved", "open"])
                ),
            ),
            models.CheckConstraint(
                name="elevation_refusal_has_somebody",
                condition=Q(state="refused", refused_by__isnull=False)
                | (~Q(state="refused") & Q(refused_by__isnull=True)),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"elevation {self.reference}: {self.state}"

    @property
    def log_subject(self) -> str:
        """What the record log calls it."""
        return f"elevation:{self.reference}"


class ConcernedPerson(models.Model):
    """Somebody whose identity a request is about. ``sealed``: what the keeper opened, under the request's ``window_key``."""

    elevation = models.ForeignKey(Elevation, on_delete=models.PROTECT, related_name="persons")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="accesses")
    sealed = models.BinaryField(null=True)
    is_opened = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="a_person_is_concerned_once", fields=["elevation", "person"]
            ),
            models.CheckConstraint(
                name="concerned_values_were_opened", condition=Q(sealed__isnull=True) | Q(is_opened=True)
            ),
            models.CheckConstraint(
                name="concerned_are_told_of_what_was_opened",
                condition=Q(told_at__isnull=True) | Q(is_opened=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person} in {self.elevation_id}"


class Viewing(models.Model):
    """One look at somebody's opened identity."""

    concerned = models.ForeignKey(ConcernedPerson, on_delete=models.PROTECT, related_name="viewings")
    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.viewer} at {self.at.isoformat()}"


class ApprovalQuestion(models.Model):
    """What one approver is asked to sign, once, until ``ends_at``. ``nonce`` makes it unlike any other."""

    nonce = models.BinaryField(max_length=32, unique=True)
    elevation = models.ForeignKey(Elevation, on_delete=models.CASCADE, related_name="questions")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    locale = models.CharField(max_length=10)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="approval_question_ends_after_its_making", condition=Q(ends_at__gt=F("made_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"question about {self.elevation_id}"
