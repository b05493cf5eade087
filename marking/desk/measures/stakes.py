"""Who has a stake in a measure: whose the work is, and who has one in the case."""

from __future__ import annotations

from accounts.retention.references import references_in
from marking.desk.cases.stakes import in_case
from marking.desk.measures.models import Measure


def of_measure(code: str) -> frozenset[int | None]:
    """Who has one in the measure of this number."""
    found = Measure.objects.filter(pk__in=references_in([f"measure:{code}"]))
    return frozenset().union(*map(_in_measure, found.select_related("work", "case__work")))


def _in_measure(measure: Measure) -> frozenset[int | None]:
    complained = in_case(measure.case) if measure.case is not None else frozenset[int | None]()
    return complained | {measure.work.owner_id}
