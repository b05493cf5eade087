"""Who has a stake in a work and in a case: whose they are, and who complained."""

from __future__ import annotations

from collections.abc import Iterable

from marking.desk.cases.models import Case
from marking.works import numbers
from marking.works.earlier import work_of_file
from marking.works.models import Work


def in_case(case: Case) -> frozenset[int | None]:
    """Who filed it, once they showed its code; whose the work is that it names, or of which it names a file; whose work was turned off by it."""
    of_file = work_of_file(case.file_sha256) if case.file_sha256 else None
    named = [work.owner_id for work in (case.work, of_file) if work is not None]
    return frozenset({case.reporter_id, *named, *case.measures.values_list("work__owner", flat=True)})


def in_works(works: Iterable[Work]) -> frozenset[int | None]:
    """Whose ``works`` are, and who complained of one of them: all who have a stake in what is said about them."""
    found = list(works)
    complained = Case.objects.filter(work__in=found, reporter__isnull=False)
    return frozenset({*(each.owner_id for each in found), *complained.values_list("reporter", flat=True)})


def of_work(code: str) -> frozenset[int | None]:
    """Who has a stake in the work of this number."""
    return in_works(Work.objects.filter(number__in=_numbers(code)))


def of_case(code: str) -> frozenset[int | None]:
    """Who has one in the case of this number."""
    found = Case.objects.filter(number__in=_numbers(code)).select_related("work")
    return frozenset().union(*map(in_case, found))


def _numbers(code: str) -> list[int]:
    try:
        return [numbers.read(code)]
    except ValueError:
        return []
