"""What becomes of somebody's works when their account is erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.users.models import User
from marking.works import services
from marking.works.models import Work
from marking.works.states import WorkState


def on_erasure(*, user: User, now: datetime, **kwargs: Any) -> None:
    """Delete the works of ``user`` that were never released, and blank the file names of all."""
    never_released = Work.objects.filter(owner=user, released_at__isnull=True)
    for work in never_released.exclude(state__in=(WorkState.DELETED, WorkState.MARKING)):
        services.delete(by=None, work=work, now=now)
    Work.objects.filter(owner=user).update(source_name="")
