"""Appeals of complainants who got nothing by their case: it was turned down, or answered without a measure that stands."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marking.desk.appeals.appealable import Appealable, Decision
from marking.desk.cases.models import Case
from marking.desk.cases.reopening import is_in_vain, reopen
from marking.desk.cases.states import Event
from marking.works import numbers

if TYPE_CHECKING:
    from accounts.users.models import User


def _find(reference: str) -> Decision | None:
    case = _case(reference)
    if case is None or case.answered_at is None or not is_in_vain(case):
        return None
    workers = case.events.exclude(by=None).values_list("by", flat=True)
    return Decision(
        kind=CASE.kind,
        reference=case.code,
        at=case.answered_at,
        by=_deciders(case),
        took_part=frozenset(map(int, workers)) | ({case.taken_by_id} if case.taken_by_id else set()),
        address=reverse("cases:case", args=[case.code]),
    )


def _deciders(case: Case) -> tuple[User, ...]:
    """Who gave the last answer: two people where one proposed it and another confirmed it, else whoever wrote it."""
    answers = case.events.filter(event__in=[Event.ANSWERED, Event.REJECTED], by__isnull=False)
    answered = answers.select_related("by").order_by("at", "pk").last()
    by_two = case.proposals.filter(is_confirmed=True, decided_at=case.answered_at)
    proposal = by_two.select_related("proposed_by", "decided_by").first()
    by_one = [answered.by if answered else case.taken_by]
    found = [proposal.proposed_by, proposal.decided_by] if proposal else by_one
    return tuple(each for each in found if each is not None)


def _undo(*, reference: str, by: User, now: datetime) -> None:
    case = _case(reference)
    if case is not None and is_in_vain(case):
        reopen(case=case, by=by, now=now)


def _case(reference: str) -> Case | None:
    try:
        return Case.objects.select_related("taken_by").filter(number=numbers.read(reference)).first()
    except ValueError:
        return None


CASE = Appealable("case", _("A complaint that nothing came of"), _find, _undo)
