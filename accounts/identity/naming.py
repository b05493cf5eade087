"""Whether an account's holder bears a name. The vault answers yes or no, and each question is recorded."""

from __future__ import annotations

import hmac
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts.identity.claim_vault import name_of
from accounts.identity.models import IdentityClaim
from accounts.identity.states import ClaimState
from accounts.records import log
from accounts.vault.sealing import Erased, is_erased

if TYPE_CHECKING:
    from accounts.users.models import User

_SEPARATORS = {"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"}
_DOTS = frozenset("·•・‧∙.")
"""What stands between the parts of a transliterated name, in one of its spellings."""


def bears_name(user: User, name: str, *, now: datetime | None = None) -> bool:
    """Whether ``user`` is verified under ``name``. Width, case, spaces, hyphens and middle dots do not matter.

    Recorded as ``identity.compared`` with the answer and without the name.
    """
    now = now or timezone.now()
    is_theirs = _is_same(_verified_name(user), name)
    with transaction.atomic():
        log.append(
            kind="identity.compared",
            subject=f"user:{user.producer_id}",
            body={"is_theirs": is_theirs},
            by=None,
            person=None if is_erased(user) else user,
            now=now,
        )
    return is_theirs


def _verified_name(user: User) -> str:
    claim = IdentityClaim.objects.filter(user=user, state=ClaimState.VERIFIED).select_related("user").first()
    if claim is None:
        return ""
    try:
        return name_of(claim)
    except Erased:
        return ""


def _is_same(found: str, stated: str) -> bool:
    found, stated = _folded(found), _folded(stated)
    return bool(found) and hmac.compare_digest(found.encode(), stated.encode())


def _folded(name: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(c for c in folded if unicodedata.category(c) not in _SEPARATORS and c not in _DOTS)
