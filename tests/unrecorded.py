"""What only somebody who holds the database can do: change a state without a record of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from accounts.records.models import OwedRecord


@contextmanager
def unrecorded() -> Iterator[None]:
    """Let what is changed within be committed although the log does not tell of it."""
    with transaction.atomic():
        yield
        OwedRecord.objects.all().delete()
