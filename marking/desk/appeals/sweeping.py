"""What time does to appeals, and what becomes of them when their account is erased."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.users.models import User
from marking.desk.appeals.models import Appeal
from marking.desk.appeals.services import record
from marking.desk.appeals.states import AppealState
from marking.desk.sweeping import MOST_AT_ONCE

logger = logging.getLogger(__name__)


def sweep(*, now: datetime) -> None:
    """Do all that is due. Safe to run twice, late or never."""
    mark_overdue(now=now)


def mark_overdue(*, now: datetime) -> int:
    """Note of each appeal whose time is over, once, that it is overdue; count them."""
    late = Appeal.objects.filter(state=AppealState.FILED, due_at__lt=now, overdue_at__isnull=True)
    return sum(_mark_overdue(each, now) for each in list(late[:MOST_AT_ONCE]))


def on_erasure(*, user: User, now: datetime, **kwargs: Any) -> None:
    """Erase what ``user`` wrote in appeals, and what was answered."""
    Appeal.objects.filter(appellant=user).update(wrapped_key=None, text=None, reasons=None)


def _mark_overdue(appeal: Appeal, now: datetime) -> bool:
    with transaction.atomic():
        unmarked = Appeal.objects.filter(pk=appeal.pk, state=AppealState.FILED, overdue_at__isnull=True)
        if not unmarked.update(overdue_at=now):
            return False
        record(appeal, "appeal.overdue", None, now)
    logger.warning("appeal %s is overdue", appeal.pk)
    return True
