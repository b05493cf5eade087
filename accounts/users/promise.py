"""When an account is erased whose owner asks for it. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

# Cybersecurity Law (2016) Art. 21(3): network logs are kept for at least six months.
RETENTION = timedelta(days=184)


def promised_at(requested_at: datetime) -> datetime:
    """When what the site holds of somebody is erased who asked for it at ``requested_at``: as soon as the law lets go of it."""
    return requested_at + RETENTION
