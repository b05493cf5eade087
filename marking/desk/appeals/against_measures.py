"""Appeals of those to whose work the access was turned off."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marking.desk.appeals.appealable import Appealable, Decision
from marking.desk.cases import lifecycle
from marking.desk.cases.states import Event
from marking.desk.measures.models import Measure
from marking.desk.measures.services import lift

if TYPE_CHECKING:
    from accounts.reasons.models import StatementOfReasons
    from accounts.users.models import User


def measure_of_statement(statement: StatementOfReasons) -> str:
    """The number of the measure that ``statement`` gives the reasons of; "" where it is about none."""
    pk = Measure.objects.filter(statement=statement.pk).values_list("pk", flat=True).first()
    return str(pk) if pk else ""


def _find(reference: str) -> Decision | None:
    measure = _standing(reference)
    if measure is None:
        return None
    by = tuple(each for each in (measure.imposed_by, measure.confirmed_by) if each is not None)
    return Decision(
        kind=MEASURE.kind,
        reference=str(measure.pk),
        at=measure.imposed_at,
        by=by,
        took_part=frozenset(each.pk for each in by) | _workers(measure),
        against=measure.work.owner,
        address=_address(measure),
    )


def _undo(*, reference: str, by: User, now: datetime) -> None:
    measure = _standing(reference)
    if measure is None:
        return
    lift(measure=measure, by=by, now=now)
    if measure.case is not None:
        body = {"work": measure.work.code}
        lifecycle.note(measure.case, Event.ACCESS_ON, by=by, now=now, body=body)


def _workers(measure: Measure) -> frozenset[int]:
    """Everybody who worked on the case behind it."""
    if measure.case is None:
        return frozenset()
    workers = measure.case.events.exclude(by=None).values_list("by", flat=True)
    return frozenset(map(int, workers))


def _address(measure: Measure) -> str:
    if measure.case is not None:
        return reverse("cases:case", args=[measure.case.code])
    return reverse("certificate:page", args=[measure.work.code])


def _standing(reference: str) -> Measure | None:
    try:
        pk = UUID(reference)
    except ValueError:
        return None
    standing = Measure.objects.filter(pk=pk, lifted_at__isnull=True)
    return standing.select_related("work__owner", "case", "imposed_by", "confirmed_by").first()


MEASURE = Appealable("measure", _("A measure against a work"), _find, _undo)
