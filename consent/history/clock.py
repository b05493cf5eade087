"""The time that counts for what ends: never earlier than what the record log has already seen."""

from __future__ import annotations

from datetime import datetime

from accounts.records.models import Record


def not_before_recorded(now: datetime) -> datetime:
    """Return ``now``, or the time of the newest record where the clock was set back: what has run out stays so."""
    newest = Record.objects.order_by("-sequence").values_list("at", flat=True).first()
    return max(now, newest) if newest else now
