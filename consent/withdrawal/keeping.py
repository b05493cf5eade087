"""Until when it is kept what a person granted, and that they ended it."""

from __future__ import annotations

from datetime import datetime, timedelta

from consent.grants.models import Grant

EVIDENCE_KEPT = timedelta(days=3 * 366)
"""After the end of a grant: three years, in which somebody may ask for it (Personal Information Protection Law Art. 56)."""


def evidence_until(grant: Grant) -> datetime:
    """Until when the sealed evidence of ``grant`` is kept, at the least; as told to the person when they end it."""
    return (grant.ended_at or grant.ends_at) + EVIDENCE_KEPT
