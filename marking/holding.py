"""Which works and cases can be held."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.retention import holds, naming
from marking.desk.cases.models import Case
from marking.works import numbers
from marking.works.models import Work


def register() -> None:
    """Make works and cases known to the room of holds, and what a case is about."""
    naming.register("work", work)
    naming.register("case", case)
    holds.register_concerned("marking", concerned)


def work(code: str) -> str | None:
    """The work of a number, released or not, deleted or not."""
    try:
        found = Work.objects.filter(number=numbers.read(code)).first()
    except ValueError:
        return None
    return f"work:{found.code}" if found else None


def case(code: str) -> str | None:
    """The case of a number."""
    try:
        found = Case.objects.filter(number=numbers.read(code)).first()
    except ValueError:
        return None
    return f"case:{found.code}" if found else None


def concerned(subjects: Iterable[str]) -> set[str]:
    """What the cases among ``subjects`` are about: the work, the account that made it, and the account that complained."""
    found = set()
    codes = (code for kind, _colon, code in (each.partition(":") for each in subjects) if kind == "case")
    cases = Case.objects.filter(pk__in=[numbers.read(code) for code in codes])
    for each in cases.select_related("work__owner", "reporter"):
        if each.work is not None:
            found |= {f"work:{each.work.code}", f"user:{each.work.owner.producer_id}"}
        if each.reporter is not None:
            found.add(f"user:{each.reporter.producer_id}")
    return found
