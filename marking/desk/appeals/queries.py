"""Reading appeals."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from marking.desk.appeals.appealable import Decision, find
from marking.desk.appeals.models import Appeal
from marking.desk.appeals.states import DECIDED, AppealState

if TYPE_CHECKING:
    from accounts.users.models import User
    from marking.desk.cases.models import Case

SHELVES: dict[str, frozenset[AppealState]] = {"open": frozenset({AppealState.FILED}), "decided": DECIDED}
"""The lists of the desk, and the states each shows."""


def ends_at(decision: Decision) -> datetime:
    """Until when an appeal against ``decision`` can be filed."""
    return decision.at + timedelta(days=settings.ENVIRONMENT["YINJI_APPEAL_DAYS"])


def may_be_filed(decision: Decision, now: datetime) -> bool:
    """Whether there is still time for an appeal, and none was filed."""
    return now < ends_at(decision) and appeal_of(decision) is None


def subjects_of(user: User) -> list[str]:
    """What the record log calls the appeals of ``user``."""
    return [each.log_subject for each in Appeal.objects.filter(appellant=user)]


def appeal_of(decision: Decision) -> Appeal | None:
    """The appeal against this very decision; None where there is none."""
    found = Appeal.objects.filter(kind=decision.kind, reference=decision.reference, against_at=decision.at)
    return found.first()


def decision_against(user: User, kind: str, reference: str) -> tuple[Decision | None, Appeal | None]:
    """What was decided against ``user`` and the newest appeal; a decision that does not stand any more is None.

    Raises Http404 where there is neither, and for what was decided against somebody else.
    """
    decision = find(kind, reference)
    own = Appeal.objects.filter(kind=kind, reference=reference, appellant=user).order_by("-filed_at").first()
    if decision is not None and decision.against != user:
        decision = None
    if decision is None and own is None:
        raise Http404("no such decision")
    return decision, own


def address_of(user: User, kind: str, reference: str) -> str:
    """The page on which ``user`` appeals against a decision or reads their appeal; "" where there is neither."""
    try:
        decision_against(user, kind, reference)
    except Http404:
        return ""
    return reverse("own_appeals:page", args=[kind, reference])


def newest_for_case(case: Case) -> Appeal | None:
    """The newest appeal of the complainant of ``case``; None where there is none."""
    return Appeal.objects.filter(kind="case", reference=case.code).order_by("-filed_at").first()


def shelf(name: str) -> QuerySet[Appeal]:
    """One of :data:`SHELVES`: open ones by due date, the others with the newest decision first."""
    found = Appeal.objects.filter(state__in=SHELVES[name])
    return found if name == "open" else found.order_by("-decided_at", "pk")


def appeal_for_desk(pk: UUID) -> Appeal:
    """An appeal, for staff. Raises Http404 where there is none."""
    found = (
        Appeal.objects.select_related("first_by", "second_by", "decided_by", "appellant")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404("no such appeal")
    return found
