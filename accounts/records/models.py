"""The append-only log: one row per event, each chained to the one before it; and what was signed over it."""

from __future__ import annotations

from django.db import models

from accounts.vault.models import PersonKey


class Record(models.Model):
    """One event. ``entry`` is its canonical form (RFC 8785); the other columns repeat it for look-up.

    ``leaf_hash`` is RFC 6962's SHA-256(0x00 ‖ entry); ``chain_hash`` is SHA-256(previous chain hash ‖ leaf hash).
    Triggers refuse UPDATE and DELETE.
    """

    sequence = models.PositiveBigIntegerField(primary_key=True)
    event_id = models.UUIDField(unique=True)
    kind = models.CharField(max_length=48, db_index=True)
    subject = models.CharField(max_length=48, db_index=True)
    at = models.DateTimeField()
    entry = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)
    chain_hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind}"


class RecordBody(models.Model):
    """What a record commits to: salted, and sealed under the key of the person it is about.

    Destroying that key erases the body while the log and its hashes stay whole. A body that is about
    nobody has no key and is stored as it is.
    """

    record = models.OneToOneField(Record, on_delete=models.PROTECT, primary_key=True, related_name="body")
    person_key = models.ForeignKey(
        PersonKey, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"body of {self.record_id}"


class Checkpoint(models.Model):
    """The tree over the first ``size`` records, as it was signed (C2SP tlog-checkpoint). Triggers refuse UPDATE and DELETE."""

    size = models.PositiveBigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="checkpoint_covers_a_record", condition=models.Q(size__gte=1)),
            models.CheckConstraint(
                name="checkpoint_is_signed", condition=models.Q(note__contains="\n\n\u2014 ")
            ),
        ]

    def __str__(self) -> str:
        return f"checkpoint {self.size}"


class Cosignature(models.Model):
    """A witness's signature over a checkpoint: one line of a note. Triggers refuse UPDATE and DELETE."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.CharField(max_length=255)
    line = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_witness_signs_a_checkpoint_once", fields=["checkpoint", "witness"]
            ),
            models.CheckConstraint(
                name="cosignature_is_one_line",
                condition=models.Q(line__startswith="\u2014 ", line__endswith="\n"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.witness} on {self.checkpoint_id}"


class Halt(models.Model):
    """Why no checkpoint is signed any more. There is none while all is well, and one at most."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    code = models.CharField(max_length=16)
    sequence = models.PositiveBigIntegerField()
    sentence = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="there_is_one_halt", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"{self.code} at {self.sequence}"
