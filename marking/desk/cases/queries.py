"""Reading cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Sum
from django.http import Http404

from marking.desk.cases.codes import opens
from marking.desk.cases.models import Case, CaseEvent, ReportOpinion
from marking.desk.cases.states import DECIDED, OPEN, SHOWN, CaseState
from marking.works import numbers

SHELVES: dict[str, frozenset[CaseState]] = {
    "open": OPEN,
    "answered": DECIDED,
    "closed": frozenset({CaseState.CLOSED}),
}
"""The lists of the desk, and the states each shows."""


@dataclass(frozen=True)
class Opinions:
    """How many people called reports right, and how many wrong."""

    right: int
    wrong: int


def case_of_complainant(code: str, secret: str) -> Case | None:
    """The case ``code`` for whoever knows its secret; None alike for a wrong secret and for no such case."""
    try:
        number = numbers.read(code)
    except ValueError:
        return None
    case = Case.objects.filter(number=number).first()
    return case if opens(case, number, secret) else None


def case_for_desk(code: str) -> Case:
    """The case ``code``, for a holder of the desk's permission. Raises Http404 where there is none."""
    try:
        return Case.objects.select_related("work", "taken_by").get(number=numbers.read(code))
    except (ValueError, Case.DoesNotExist):
        raise Http404("no such case") from None


def shelf(name: str) -> QuerySet[Case]:
    """One of :data:`SHELVES`: open cases by due date, the others with the newest answer first."""
    found = Case.objects.filter(state__in=SHELVES[name]).select_related("work", "taken_by")
    return found if name == "open" else found.order_by("-answered_at", "number")


def history_of(case: Case) -> QuerySet[CaseEvent]:
    """All that happened to a case, oldest first, for the desk."""
    return case.events.select_related("by")


def shown_history_of(case: Case) -> QuerySet[CaseEvent]:
    """What of it the complainant sees."""
    return case.events.filter(event__in=SHOWN)


def opinions_since(day: date) -> Opinions:
    """What people said of reports from ``day`` on."""
    totals = dict(
        ReportOpinion.objects.filter(day__gte=day).values_list("is_right").annotate(total=Sum("count"))
    )
    return Opinions(right=totals.get(True, 0), wrong=totals.get(False, 0))
