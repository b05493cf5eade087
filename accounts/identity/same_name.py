"""Whether two accounts are verified under one name. Asked by blind index, answered yes or no, and recorded; the name is shown to nobody."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.identity.models import ClaimIndex, Purpose
from accounts.identity.queries import is_verified
from accounts.identity.states import ClaimState
from accounts.records import log
from accounts.refusals import Refusal
from accounts.vault.sealing import is_erased

if TYPE_CHECKING:
    from accounts.users.models import User


def is_named_as(reporter: User, account: User, *, by: User, case: str, now: datetime | None = None) -> bool:
    """Whether ``account`` is verified under the name of ``reporter``, as ``by`` asks in ``case`` (its number).

    Recorded as ``identity.matched`` for both, sealed for each, with the answer and without a name. Refused with ``not_verified`` where
    the reporter has no verified name: then there is nothing to compare.
    """
    if not is_verified(reporter):
        raise Refusal("not_verified", _("The complainant has no verified name: there is nothing to compare."))
    now = now or timezone.now()
    own, other = _name_indexes(reporter), _name_indexes(account)
    is_same = bool(own & other)
    with transaction.atomic():
        for person in (reporter, account):
            log.append(
                kind="identity.matched",
                subject=f"user:{person.producer_id}",
                body={"case": case, "is_same": is_same},
                by=by,
                person=None if is_erased(person) else person,
                now=now,
            )
    return is_same


def _name_indexes(user: User) -> frozenset[tuple[int, bytes]]:
    """The digests of the name under which ``user`` is verified, with the numbers of their keys; none where there is none, and of an erased one."""
    if is_erased(user):
        return frozenset()
    own = ClaimIndex.objects.filter(claim__user=user, claim__state=ClaimState.VERIFIED, purpose=Purpose.NAME)
    return frozenset((version, bytes(digest)) for version, digest in own.values_list("version", "digest"))
