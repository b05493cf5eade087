"""A guardian who does not agree with what the other one agreed to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.guardians.queries import acts_for
from accounts.refusals import Refusal
from consent.grants.models import Grant, Suspension
from consent.withdrawal.suspension import suspend

if TYPE_CHECKING:
    from accounts.users.models import User


def contest(*, by: User, grant: Grant, now: datetime | None = None) -> Grant:
    """Let a grant rest that the other guardian of one's child gave, until staff has settled it.

    Refused with ``not_yours`` for anybody who does not act for the child, and ``wrong_state``.
    """
    if not acts_for(by, grant.person):
        raise Refusal("not_yours", _("Only a confirmed guardian can do this."), status=403)
    return suspend(grant, Suspension.GUARDIAN, by=by, now=now)
