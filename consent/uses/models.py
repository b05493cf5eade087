"""Publications that show real people, and by what right."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from consent.uses.states import UseState


class Use(models.Model):
    """One publication of a likeness. ``subject`` names the work, such as ``work:8Z0K3…``.

    ``terms``: what it is for, whom it reaches and so on, as :mod:`consent.uses.documents` writes it. ``trace``: what the engine of
    version ``engine`` found when it was last asked. ``output_sha256``: of the file as it was handed in, before it was marked: what a person
    approves, and what a consent may be bound to. ``faces``: of different real people; as many have to allow their face. ``ends_at``: of a use that was live, when its own time is over.
    ``emptied_at``: when terms and trace were let go of (:mod:`consent.contents`), years after its removal and the end of all consents in it.
    """

    reference = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    subject = models.CharField(max_length=48, unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="uses")
    state = models.CharField(
        max_length=16, choices=[(each.value, each.value) for each in UseState], default=UseState.PROPOSED
    )
    terms = models.JSONField(default=dict)
    output_sha256 = models.CharField(max_length=64)
    faces = models.PositiveSmallIntegerField(default=0)
    trace = models.JSONField(default=list)
    engine = models.CharField(max_length=8, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True, db_index=True)
    live_at = models.DateTimeField(null=True, blank=True)
    cut_off_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="use_state_is_known", condition=Q(state__in=[each.value for each in UseState])
            ),
            models.CheckConstraint(
                name="use_live_has_a_time_and_a_trace",
                condition=~Q(state="live") | (Q(live_at__isnull=False) & ~Q(engine="")),
            ),
            models.CheckConstraint(
                name="use_cut_off_has_a_time", condition=~Q(state="cut_off") | Q(cut_off_at__isnull=False)
            ),
            models.CheckConstraint(
                name="use_removed_has_a_time",
                condition=Q(state="removed", removed_at__isnull=False)
                | (~Q(state="removed") & Q(removed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="use_emptied_is_removed_and_holds_nothing",
                condition=Q(emptied_at__isnull=True) | Q(state="removed", terms={}, trace=[]),
            ),
        ]

    def __str__(self) -> str:
        return f"use {self.reference}"

    @property
    def log_subject(self) -> str:
        """What the record log calls it."""
        return f"use:{self.reference}"


class DepictedPerson(models.Model):
    """One real person in a use: what of them is used how, who was asked, and which grant covers it.

    ``grant_version`` and ``consumed`` are set when the use goes live. ``approved_sha256``: of the file that the person approved; ``declined_at``:
    when they did not want it so.
    """

    use = models.ForeignKey(Use, on_delete=models.CASCADE, related_name="people")
    position = models.PositiveSmallIntegerField()
    elements = models.JSONField(default=list)
    operations = models.JSONField(default=list)
    request = models.ForeignKey(
        "consent.Request", null=True, blank=True, on_delete=models.PROTECT, related_name="depictions"
    )
    grant = models.ForeignKey(
        "consent.Grant", null=True, blank=True, on_delete=models.PROTECT, related_name="depictions"
    )
    grant_version = models.PositiveIntegerField(null=True, blank=True)
    consumed = models.PositiveSmallIntegerField(default=0)
    approved_sha256 = models.CharField(max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["use", "position"]
        constraints = [
            models.UniqueConstraint(fields=["use", "position"], name="one_person_at_a_position"),
            models.UniqueConstraint(
                fields=["use", "grant"], condition=Q(grant__isnull=False), name="one_person_once_in_a_use"
            ),
            models.CheckConstraint(
                name="depicted_consumption_is_of_a_grant",
                condition=Q(consumed=0, grant_version__isnull=True)
                | Q(consumed__gt=0, grant__isnull=False, grant_version__isnull=False),
            ),
            models.CheckConstraint(
                name="depicted_is_approved_or_declined",
                condition=Q(approved_at__isnull=True) | Q(declined_at__isnull=True),
            ),
            models.CheckConstraint(
                name="depicted_approval_is_of_a_file",
                condition=Q(approved_sha256="", approved_at__isnull=True)
                | (~Q(approved_sha256="") & Q(approved_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.position} in {self.use_id}"
