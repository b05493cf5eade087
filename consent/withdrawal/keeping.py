"""Until when it is kept what a person granted, and that they ended it."""

from __future__ import annotations

from datetime import datetime

from accounts.retention.classes import class_named
from accounts.retention.emptying import months_of
from accounts.retention.months import months_before
from consent.grants.models import Grant


def evidence_until(grant: Grant) -> datetime:
    """Until when clauses and sealed evidence of ``grant`` are kept, unless proceedings need them for longer; as told to the person."""
    return months_before(grant.ended_at or grant.ends_at, -months_of(class_named("consent")))
