"""The faces that were found in an upload, and what was said of each."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from marking.faces import Answer


class FoundFace(models.Model):
    """A face in the upload of ``work``, ``position`` counted from 1.

    ``x``, ``y``, ``width``, ``height``: its box in pixels of ``frame``, which is 0 for a still; ``shown``: the same four in pixels of
    the preview. ``confidence``: 0 to 1, see :class:`marking.faces.Face`. ``answer`` is empty until somebody said whose face it is;
    answers that were changed are in the log. ``same_as``: position of an earlier face that its uploader declares to be the same person's; None where it is
    somebody of their own.
    """

    work = models.ForeignKey("marking.Work", on_delete=models.CASCADE, related_name="found_faces")
    position = models.PositiveSmallIntegerField()
    frame = models.PositiveIntegerField(default=0)
    x = models.PositiveIntegerField()
    y = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    shown = models.JSONField()
    confidence = models.FloatField()
    answer = models.CharField(
        max_length=12, blank=True, choices=[(each.value, each.value) for each in Answer]
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    same_as = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["work", "position"]
        constraints = [
            models.UniqueConstraint(fields=["work", "position"], name="one_face_at_a_position"),
            models.CheckConstraint(
                name="face_is_the_same_as_an_earlier_one",
                condition=Q(same_as__isnull=True)
                | Q(same_as__gte=1, same_as__lt=F("position"), answer=Answer.REAL_PERSON.value),
            ),
            models.CheckConstraint(name="face_is_counted_from_one", condition=Q(position__gte=1)),
            models.CheckConstraint(name="face_box_is_not_empty", condition=Q(width__gte=1, height__gte=1)),
            models.CheckConstraint(
                name="face_confidence_is_a_share", condition=Q(confidence__gte=0, confidence__lte=1)
            ),
            models.CheckConstraint(
                name="face_answer_is_known",
                condition=Q(answer__in=["", *(each.value for each in Answer)]),
            ),
            models.CheckConstraint(
                name="face_answer_has_a_time_and_a_person",
                condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"face {self.position} of {self.work_id}"

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, width and height in pixels of its frame."""
        return self.x, self.y, self.width, self.height
