"""What time it is for consents: never earlier than it was."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from accounts.records.models import Record


def now(said: datetime | None = None) -> datetime:
    """Return the time, or ``said``; where the log holds a later one, that.

    A clock that is moved back brings no expired consent to life. One that was ahead ends consents early, which a new grant mends.
    """
    last = Record.objects.order_by("-sequence").values_list("at", flat=True).first()
    moment = said or timezone.now()
    return max(moment, last) if last else moment
