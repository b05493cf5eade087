"""The append-only log: one row per event, each chained to the one before it."""

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
