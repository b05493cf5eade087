"""A reviewer who listens before they decide."""

from __future__ import annotations

from datetime import datetime

from accounts.users.models import User
from consent.statements import services
from consent.statements.models import Statement


def accept(*, by: User, statement: Statement, now: datetime | None = None) -> Statement:
    services.hear(by=by, statement=statement, now=now)
    return services.accept(by=by, statement=statement, now=now)
