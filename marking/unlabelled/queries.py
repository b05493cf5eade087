"""Reading requests for copies without the visible label."""

from __future__ import annotations

from datetime import datetime

from accounts.users.models import User
from accounts.vault.sealing import unseal
from marking.unlabelled.models import UnlabelledCopy
from marking.unlabelled.states import LIVE, CopyState
from marking.works.models import Work


def live_copy_of(work: Work, *, now: datetime) -> UnlabelledCopy | None:
    """The copy of ``work`` that is asked for, being made, or to be had at ``now``."""
    copy = UnlabelledCopy.objects.filter(work=work, state__in=LIVE).first()
    if copy is None or _is_over(copy, now):
        return None
    return copy


def latest_copy_of(work: Work) -> UnlabelledCopy | None:
    """The newest request for ``work``, whatever became of it."""
    return UnlabelledCopy.objects.filter(work=work).first()


def requests_since(user: User, since: datetime) -> int:
    """How many copies ``user`` has asked for since then."""
    return UnlabelledCopy.objects.filter(requested_by=user, requested_at__gt=since).count()


def purpose_of(copy: UnlabelledCopy) -> str:
    """What the copy was asked for. Raises :class:`~accounts.vault.sealing.Erased` once the account is erased."""
    return unseal(copy.requested_by, copy.purpose, context=copy.purpose_context).decode()


def _is_over(copy: UnlabelledCopy, now: datetime) -> bool:
    return copy.state == CopyState.READY and copy.expires_at is not None and copy.expires_at <= now
