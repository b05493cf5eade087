"""What leads from a file back to its work."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Registration(models.Model):
    """A released work's payload, exact hash, fingerprint, layout and local features. Stays when the work is deleted."""

    work = models.OneToOneField(
        "marking.Work", on_delete=models.PROTECT, primary_key=True, related_name="registration"
    )
    payload = models.PositiveBigIntegerField(unique=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    fingerprint = models.BinaryField(max_length=32)
    is_distinctive = models.BooleanField(default=True)
    layout = models.BinaryField(max_length=1024)
    # Empty for works registered before local features were kept, and for pictures that have none.
    features = models.BinaryField(max_length=16_384, default=b"", blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    registered_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"registration of {self.work_id}"


class Variant(models.Model):
    """Another file that this site gave out of a registered work: its copy without the visible label.

    It carries the work's payload, and stays when the work is deleted. Fingerprint and layout, as the work's own, tell a
    copy of it from a labelled file whose label was painted over.
    """

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="variants")
    sha256 = models.CharField(max_length=64, db_index=True)
    fingerprint = models.BinaryField(max_length=32)
    is_distinctive = models.BooleanField(default=True)
    layout = models.BinaryField(max_length=1024)
    registered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration", "sha256"], name="variant_is_registered_once")
        ]

    def __str__(self) -> str:
        return f"variant of {self.registration_id}"


class IndexEntry(models.Model):
    """A fingerprint that look-ups by likeness find: that of a released file, or of a variant of it.

    Triggers write it with the row that it is of (:mod:`marking.registry.triggers`), pictures without structure excepted, and
    replace it by one with a greater key when that row's fingerprint changes: an entry itself never changes.
    """

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="entries")
    variant = models.OneToOneField(
        Variant, on_delete=models.CASCADE, null=True, blank=True, related_name="entry"
    )
    fingerprint = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=models.Q(variant__isnull=True),
                name="released_file_is_entered_once",
            )
        ]

    def __str__(self) -> str:
        return f"entry of {self.registration_id}"
