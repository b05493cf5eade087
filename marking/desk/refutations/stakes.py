"""Who has a stake in a note: whose the works are that it is on, and who complained of one of them."""

from __future__ import annotations

from accounts.retention.references import references_in
from marking.desk.cases.stakes import in_works
from marking.desk.refutations.models import Refutation
from marking.desk.refutations.queries import works_of


def of_refutation(code: str) -> frozenset[int | None]:
    """Who has one in the note of this number."""
    found = Refutation.objects.filter(pk__in=references_in([f"refutation:{code}"]))
    return frozenset().union(*(in_works(works_of(each)) for each in found))
