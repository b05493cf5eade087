"""Notes that refute false information, every version of them, and the works they are on."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from marking.desk.refutations.states import Basis, VersionState


class Refutation(models.Model):
    """A note. What it says stands in its versions."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return f"refutation {self.pk}"

    @property
    def log_subject(self) -> str:
        """What the record log calls it."""
        return f"refutation:{self.pk}"


class RefutationVersion(models.Model):
    """One wording of a note, written by one and published by another. ``sources``: addresses. Nothing of a published one is ever changed.

    ``is_withdrawal``: the version takes the note back; its texts say why. One after an appeal needs nobody else. A *withdrawn* version is one that
    its writer took back before anybody decided about it.
    """

    refutation = models.ForeignKey(Refutation, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=12,
        choices=[(each.value, each.value) for each in VersionState],
        default=VersionState.PROPOSED,
    )
    is_withdrawal = models.BooleanField(default=False)
    zh = models.TextField()
    en = models.TextField()
    sources = models.JSONField(default=list, blank=True)
    signer = models.CharField(max_length=100)
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["refutation", "number"], name="one_version_of_a_number"),
            models.UniqueConstraint(
                fields=["refutation"], condition=Q(state="proposed"), name="one_version_proposed_at_a_time"
            ),
            models.CheckConstraint(
                name="refutation_is_written_in_both_languages",
                condition=~Q(zh="") & ~Q(en="") & ~Q(signer=""),
            ),
            models.CheckConstraint(
                name="refutation_is_decided_by_somebody",
                condition=Q(state="proposed", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state="proposed") & Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="refutation_is_published_by_another",
                condition=~Q(state="published") | Q(is_withdrawal=True) | ~Q(decided_by=F("written_by")),
            ),
            models.CheckConstraint(
                name="refutation_is_taken_back_by_its_writer",
                condition=~Q(state="withdrawn") | Q(decided_by=F("written_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.refutation} version {self.number}"


class RefutedWork(models.Model):
    """A work that a note is on, and with it everything that was uploaded with the same bytes.

    ``source_sha256``: of what was uploaded, so that the same file under another number carries the note as well. ``is_same``: whether
    somebody looked at both and found them to tell the same; what a note was written about is.
    """

    refutation = models.ForeignKey(Refutation, on_delete=models.PROTECT, related_name="works")
    work = models.ForeignKey("marking.Work", on_delete=models.PROTECT, related_name="refuted_by")
    source_sha256 = models.CharField(max_length=64, db_index=True)
    basis = models.CharField(max_length=12, choices=[(each.value, each.value) for each in Basis])
    is_same = models.BooleanField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["decided_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["refutation", "work"], name="a_note_is_on_a_work_once"),
            models.CheckConstraint(
                name="what_a_note_was_written_about_is_the_same",
                condition=Q(is_same=True) | ~Q(basis="written"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.refutation} on {self.work_id}"


class Labelling(models.Model):
    """A published version is on a work, which restricts it: the reasons that its owner was given, once."""

    version = models.ForeignKey(RefutationVersion, on_delete=models.PROTECT, related_name="labellings")
    work = models.ForeignKey("marking.Work", on_delete=models.PROTECT, related_name="labellings")
    statement = models.OneToOneField(
        "accounts.StatementOfReasons", on_delete=models.PROTECT, related_name="labelling"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "work"], name="a_version_labels_a_work_once")
        ]

    def __str__(self) -> str:
        return f"{self.version} on {self.work_id}"
