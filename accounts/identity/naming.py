"""Whether an account's holder bears a name. Asked by index, opening nothing, and each question is recorded."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts.identity.indexes import matching, name_value
from accounts.identity.models import ClaimIndex, Purpose
from accounts.identity.states import ClaimState
from accounts.records import log
from accounts.vault.blind_index import is_blank
from accounts.vault.sealing import is_erased

if TYPE_CHECKING:
    from accounts.users.models import User


def bears_name(user: User, name: str, *, now: datetime | None = None) -> bool:
    """Whether ``user`` is verified under ``name``. Width, case, spaces, hyphens and middle dots do not matter.

    Recorded as ``identity.compared`` with the answer and without the name.
    """
    now, is_gone = now or timezone.now(), is_erased(user)
    is_theirs = not is_gone and _is_verified_as(user, name_value(name))
    with transaction.atomic():
        log.append(
            kind="identity.compared",
            subject=f"user:{user.producer_id}",
            body={"is_theirs": is_theirs},
            by=None,
            person=None if is_gone else user,
            now=now,
        )
    return is_theirs


def _is_verified_as(user: User, name: str) -> bool:
    if is_blank(name):
        return False
    own = ClaimIndex.objects.filter(claim__user=user, claim__state=ClaimState.VERIFIED)
    return own.filter(matching(Purpose.NAME, name)).exists()
