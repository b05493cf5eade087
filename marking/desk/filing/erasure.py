"""What becomes of cases when the account of whoever filed them is erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.users.models import User
from marking.desk.cases.models import Case
from marking.desk.filing.services import remove_contact


def on_erasure(*, user: User, now: datetime, **kwargs: Any) -> None:
    """Erase the addresses in cases of ``user``. Their texts end as everybody's do, three years after the closing: others may be liable by them."""
    for case in Case.objects.filter(reporter=user, contact__isnull=False).order_by("pk"):
        remove_contact(case=case, now=now)
