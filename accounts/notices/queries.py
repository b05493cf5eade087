"""Reading one's own notices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from accounts.notices.models import Notice
from accounts.users.models import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def notices_of(user: User) -> QuerySet[Notice]:
    """The notices of ``user``, newest first, each with what opens it."""
    return Notice.objects.filter(user=user).select_related("user__person_key")


def unread_count(user: User | AnonymousUser) -> int:
    """How many notices ``user`` has not read: one query that an index answers, and none for people without an account."""
    if not user.is_authenticated:
        return 0
    return Notice.objects.filter(user=user, read_at__isnull=True).count()


def newest_of(notices: Iterable[Notice]) -> Notice | None:
    """The newest of some notices; None of none."""
    return max(notices, key=lambda notice: notice.created_at, default=None)
