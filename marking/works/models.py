"""A work from intake to release, and the job that marks it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marking.marks.explicit_label import Corner
from marking.works import numbers
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.states import WorkState


def _choices(values: Any) -> list[tuple[str, str]]:
    return [(each.value, each.value) for each in values]


class Work(models.Model):
    """One file that a model generated: who uploaded it, what they said of it, and how far it has come.

    ``label_corner``: where its owner wants the visible label; empty for the quietest. ``made_from``: number of the released work of
    which the upload was an edited copy; None where no watermark told of one. ``consent_ended_at``: since when it is dark because
    somebody shown in it does not allow it any more; ``blocked_at``: since when the desk keeps it from everybody, whatever its state
    (:mod:`marking.desk.measures`, which alone sets it); ``files_due_at``: from when on its files are deleted for that, None while that may
    still be settled. ``resembles``: number of the work that was taken down and that this one, which waits, looks like;
    ``resemblance_cleared_at``: when somebody looked at it and found that it does not show that.
    ``faces_sought_at``: when the upload was looked through for faces, which is before it is marked; works that were marked by older
    versions have none. ``faces_declared_synthetic``: whether its uploader said so of every face beforehand.
    ``likeness_sha256``: of the small copy that files are laid beside; empty where there is none, and of one that an older version made.
    """

    number = models.PositiveBigIntegerField(primary_key=True, default=numbers.new_number, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="works")
    state = models.CharField(max_length=20, choices=_choices(WorkState), db_index=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    released_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    files_removed_at = models.DateTimeField(null=True, blank=True)
    consent_ended_at = models.DateTimeField(null=True, blank=True)
    blocked_at = models.DateTimeField(null=True, blank=True, db_index=True)
    files_due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    failure = models.CharField(max_length=40, blank=True)
    failure_details = models.JSONField(default=dict, blank=True)

    tool = models.CharField(_("tool"), max_length=100)
    tool_version = models.CharField(_("version"), max_length=50, blank=True)
    kind = models.CharField(_("kind of synthesis"), max_length=12, choices=_choices(Kind))
    depicts = models.CharField(_("real person"), max_length=16, choices=_choices(Depicts))
    faces_declared_synthetic = models.BooleanField(default=False)
    faces_sought_at = models.DateTimeField(null=True, blank=True)

    label_corner = models.CharField(max_length=12, choices=_choices(Corner), blank=True)

    source_name = models.CharField(max_length=255)
    source_path = models.CharField(max_length=200)
    source_sha256 = models.CharField(max_length=64, db_index=True)
    source_bytes = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    marked_path = models.CharField(max_length=200, blank=True)
    marked_sha256 = models.CharField(max_length=64, blank=True)
    marked_bytes = models.PositiveBigIntegerField(null=True, blank=True)
    # Empty where the source's format was kept by a version that kept every format.
    marked_media_type = models.CharField(max_length=40, blank=True)
    likeness_sha256 = models.CharField(max_length=64, blank=True)
    notes = models.JSONField(default=list, blank=True)
    marks = models.JSONField(default=list, blank=True)
    made_from = models.PositiveBigIntegerField(null=True, blank=True)
    resembles = models.PositiveBigIntegerField(null=True, blank=True)
    resemblance_cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="work_number_is_48_bits", condition=Q(number__gt=0, number__lt=1 << 48)
            ),
            models.CheckConstraint(
                name="work_release_is_marked",
                condition=~Q(state__in=["released", "consent_ended"])
                | (Q(released_at__isnull=False) & ~Q(marked_path="") & ~Q(marked_sha256="")),
            ),
            models.CheckConstraint(
                name="work_deletion_has_a_time",
                condition=Q(state="deleted", deleted_at__isnull=False)
                | (~Q(state="deleted") & Q(deleted_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="work_keeps_its_files_until_deletion",
                condition=Q(files_removed_at__isnull=True) | Q(state__in=["deleted", "consent_ended"]),
            ),
            models.CheckConstraint(
                name="work_consent_end_has_a_time",
                condition=Q(state="consent_ended", consent_ended_at__isnull=False)
                | Q(state="deleted")
                | (~Q(state="consent_ended") & Q(consent_ended_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="work_is_blocked_after_its_release",
                condition=Q(blocked_at__isnull=True) | Q(released_at__isnull=False),
            ),
            models.CheckConstraint(
                name="work_files_are_due_once_consent_ended",
                condition=Q(files_due_at__isnull=True) | Q(consent_ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="work_failure_has_a_reason",
                condition=(Q(state="failed") & ~Q(failure="")) | (~Q(state="failed") & Q(failure="")),
            ),
            models.CheckConstraint(
                name="work_awaits_answers_after_a_look",
                condition=~Q(state="awaiting_answers") | Q(faces_sought_at__isnull=False),
            ),
            models.CheckConstraint(
                name="work_faces_are_synthetic_or_declared",
                condition=Q(faces_declared_synthetic=False) | Q(depicts__in=["nobody", "voice"]),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def declaration(self) -> Declaration:
        """What its uploader said of it."""
        return Declaration(
            self.tool,
            self.tool_version,
            Kind(self.kind),
            Depicts(self.depicts),
            faces_are_synthetic=self.faces_declared_synthetic,
        )

    @property
    def code(self) -> str:
        """The work number as people read it: ten characters of Crockford base32."""
        return numbers.write(self.number)

    @property
    def is_given_out(self) -> bool:
        """Whether its files may be had: it is released, and the desk does not keep it from everybody."""
        return self.state == WorkState.RELEASED and self.blocked_at is None

    @property
    def released_media_type(self) -> str:
        """The media type of the marked file; before the release, of what was uploaded."""
        return self.marked_media_type or self.media_type


class Transition(models.Model):
    """One step in the history of a work. ``by`` is empty where the system itself acted."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="transitions")
    state = models.CharField(max_length=20, choices=_choices(WorkState))
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.work_id} became {self.state}"


class Job(models.Model):
    """The marking of one work: the truth about it, whatever the broker remembers.

    A worker holds the job by ``lease`` until ``leased_until``; a job whose lease ran out is taken up again.
    """

    work = models.OneToOneField(Work, on_delete=models.CASCADE, primary_key=True, related_name="job")
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True, db_index=True)
    step = models.CharField(max_length=24, blank=True)
    woken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="lease_has_an_end",
                condition=Q(lease__isnull=True, leased_until__isnull=True)
                | Q(lease__isnull=False, leased_until__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"job of {self.work_id}"
