"""The append-only log: one row per event, each chained to the one before it; and what was signed over it."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Coalesce

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


class ShreddedBody(models.Model):
    """A body that was emptied when its time was over, and the record that says so. Triggers refuse UPDATE and DELETE, and let no body
    be emptied that has none.
    """

    record = models.OneToOneField(Record, on_delete=models.PROTECT, primary_key=True, related_name="shredded")
    shredding = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="body_is_emptied_by_a_later_record", condition=models.Q(shredding__gt=models.F("record"))
            )
        ]

    def __str__(self) -> str:
        return f"body of {self.record_id}, emptied"


class OwedRecord(models.Model):
    """A record that a change of state in the transaction that is going on still owes (:mod:`accounts.records.owing`).

    ``record`` is 0, which no record is: the foreign key is asked at the commit and refuses what is left. Triggers alone write here.
    """

    subject = models.CharField(max_length=48, primary_key=True)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(name="owed_record_is_none", condition=models.Q(record_id=0))]

    def __str__(self) -> str:
        return f"a record of {self.subject}"


class Shard(models.Model):
    """One tree of the log: the records from ``first`` to ``last``, which is none while it grows. Numbers and chain run on across shards.

    ``name`` is a year, with a number behind it where that year has more than one. The first shard has the log's own name and addresses.
    Triggers let a shard be frozen once, by its last record, and let one be opened right behind it; they refuse all else.
    """

    first = models.PositiveBigIntegerField(primary_key=True)
    name = models.CharField(max_length=16, unique=True)
    origin = models.CharField(max_length=255, unique=True)
    last = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="shard_begins_at_a_record", condition=models.Q(first__gte=1)),
            models.CheckConstraint(
                name="shard_is_open_or_frozen",
                condition=models.Q(last__isnull=True) | models.Q(last__gte=models.F("first")),
            ),
            models.CheckConstraint(
                name="shard_is_named_after_a_year",
                condition=models.Q(name__regex=r"^[0-9]{4}(-[0-9]+)?$"),
            ),
            models.UniqueConstraint(Coalesce("last", 0), name="one_shard_is_open"),
        ]

    def __str__(self) -> str:
        return self.origin

    @property
    def before(self) -> int:
        """How many records of the log lie before it: record *n* is its leaf *n* - ``before`` - 1."""
        return self.first - 1

    @property
    def folder(self) -> str:
        """What its addresses and its folder are called by; empty for the first, which keeps those of the log."""
        return "" if self.first == 1 else self.name

    @property
    def year(self) -> int:
        """The year in UTC that it was opened in."""
        return int(self.name[:4])


class Checkpoint(models.Model):
    """The tree of a shard, as it was signed (C2SP tlog-checkpoint). Triggers refuse UPDATE and DELETE.

    ``size`` is the number of its last record, so the records of the whole log up to it; the note counts those of the shard alone.
    """

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


class Stamp(models.Model):
    """An RFC 3161 time stamp over a checkpoint: the authority's reply as it came. Triggers refuse UPDATE and DELETE."""

    checkpoint = models.OneToOneField(
        Checkpoint, on_delete=models.PROTECT, primary_key=True, related_name="stamp"
    )
    reply = models.BinaryField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"stamp on {self.checkpoint_id}"


class Halt(models.Model):
    """Why no checkpoint of a shard is signed any more. There is none while all is well; ``id`` is the shard's first record."""

    id = models.PositiveBigIntegerField(primary_key=True, default=1)
    code = models.CharField(max_length=16)
    sequence = models.PositiveBigIntegerField()
    sentence = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="halt_is_of_a_shard", condition=models.Q(id__gte=1))]

    def __str__(self) -> str:
        return f"{self.code} at {self.sequence}"
