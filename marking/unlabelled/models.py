"""Who was given which work without its visible label, when and what for."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.records.entry import write_time
from marking.unlabelled.states import LIVE, CopyState


class UnlabelledCopy(models.Model):
    """A request for a copy without the visible label, and what became of it (Labelling Measures Art. 9).

    The log of Art. 9 is this row with its records; no code deletes it. ``purpose`` is sealed under the key of the one
    who asked: it can be read until the account is erased, which is at least six months after its last request, and no longer than the
    records of its class; ``emptied_at``: when its time was over.
    """

    work = models.ForeignKey("marking.Work", on_delete=models.PROTECT, related_name="unlabelled_copies")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="unlabelled_copies"
    )
    requested_at = models.DateTimeField(default=timezone.now, db_index=True)
    purpose = models.BinaryField(max_length=4096)
    agreement = models.ForeignKey("accounts.Agreement", on_delete=models.PROTECT, related_name="+")
    terms_version = models.PositiveIntegerField()
    terms_sha256 = models.CharField(max_length=64)

    state = models.CharField(
        max_length=12, choices=[(each.value, each.value) for each in CopyState], db_index=True
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=40, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    sent = models.PositiveSmallIntegerField(default=0)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["work"],
                condition=Q(state__in=sorted(each.value for each in LIVE)),
                name="one_live_unlabelled_copy",
            ),
            models.CheckConstraint(
                name="unlabelled_copy_is_made_with_an_end",
                condition=~Q(state__in=["ready", "expired"])
                | (Q(made_at__isnull=False, expires_at__isnull=False) & ~Q(sha256="")),
            ),
            models.CheckConstraint(
                name="unlabelled_copy_failure_has_a_reason",
                condition=(Q(state="failed") & ~Q(failure="")) | (~Q(state="failed") & Q(failure="")),
            ),
            models.CheckConstraint(
                name="unlabelled_copy_sent_has_a_time",
                condition=Q(sent=0, last_sent_at__isnull=True) | Q(sent__gt=0, last_sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="unlabelled_copy_emptied_has_no_purpose",
                condition=Q(emptied_at__isnull=True) | Q(purpose=b""),
            ),
        ]

    def __str__(self) -> str:
        return f"unlabelled copy of {self.work_id}"

    @property
    def purpose_context(self) -> str:
        """What the sealed purpose is bound to."""
        return f"unlabelled.purpose:{self.work_id}:{write_time(self.requested_at)}"
