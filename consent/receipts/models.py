"""Receipts, as they were handed out."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q

from consent.receipts import jws
from consent.receipts.sides import Side


class Receipt(models.Model):
    """One side's receipt of one version of a grant. Written once, with the change that it tells of.

    ``reference`` is the receipt id that stands in files; ``version`` is the grant's. ``jws``: the document in its signed form;
    ``sha256``: of the document's canonical form, in hexadecimal. ``emptied_at``: when ``jws`` was let go of, years after the end of the
    grant; by ``sha256`` the copies that people hold can still be checked.
    """

    reference = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    grant = models.ForeignKey("consent.Grant", on_delete=models.PROTECT, related_name="receipts")
    side = models.CharField(max_length=8, choices=[(each.value, each.value) for each in Side])
    version = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    jws = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["grant", "side", "version"]
        constraints = [
            models.UniqueConstraint(fields=["grant", "side", "version"], name="one_receipt_for_each_side"),
            models.CheckConstraint(
                name="receipt_is_of_a_side", condition=Q(side__in=[each.value for each in Side])
            ),
            models.CheckConstraint(name="receipt_is_of_a_version", condition=Q(version__gte=1)),
            models.CheckConstraint(
                name="receipt_is_signed_or_emptied",
                condition=~Q(sha256="")
                & (Q(emptied_at__isnull=True) & ~Q(jws="") | Q(emptied_at__isnull=False, jws="")),
            ),
        ]

    def __str__(self) -> str:
        return f"receipt {self.reference}"

    @property
    def document(self) -> dict[str, Any]:
        """What it says. Raises ``ValueError`` where the row was altered into something else."""
        return jws.document_of(self.jws)

    @property
    def log_subject(self) -> str:
        """What the record log calls it."""
        return f"receipt:{self.reference}"
