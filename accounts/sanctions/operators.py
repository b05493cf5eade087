"""Keeping the site from being left without anybody who runs it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.access.roles import Operator
from accounts.refusals import Refusal
from accounts.sanctions.queries import in_force
from accounts.sanctions.states import SHUTTING, Step
from accounts.users.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.sanctions.models import Sanction


def require_another(user: User, step: Step, now: datetime) -> None:
    """Refuse with ``last_operator`` to shut ``user`` where no other operator's account is open at ``now``. Call it in a transaction."""
    if step not in SHUTTING:
        return
    operators = {each.pk for each in _locked()}
    if user.pk in operators and not operators - {user.pk} - set(_shut(operators, now)):
        sentence = _("This is the only operator whose account is open: make another one first.")
        raise Refusal("last_operator", sentence)


def _locked() -> QuerySet[User]:
    """Every operator, locked, so that of two who are shut at once the second is the last."""
    groups = User.objects.filter(groups__name=Operator.name).values("pk")
    found = User.objects.filter(Q(is_superuser=True) | Q(pk__in=groups), is_active=True)
    return found.filter(deletion_requested_at__isnull=True).order_by("pk").select_for_update()


def _shut(keys: Iterable[int], now: datetime) -> QuerySet[Sanction, int]:
    found = in_force(now).filter(step__in=SHUTTING, user__in=list(keys))
    return found.values_list("user", flat=True)
