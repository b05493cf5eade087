"""Whom a work or a case leads to, for those who ask to open an identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.elevation import subjects
from marking.desk.cases.models import Case
from marking.desk.tracing.services import work_of_number
from marking.works import numbers

if TYPE_CHECKING:
    from accounts.users.models import User


def register() -> None:
    """Make works and cases known to the room of elevations."""
    subjects.register("work", owner_of_work)
    subjects.register("case", owner_of_case)


def owner_of_work(code: str) -> User | None:
    """Whoever made the work ``code``; None for a number that no released work has."""
    work = work_of_number(code)
    return work.owner if work else None


def owner_of_case(code: str) -> User | None:
    """Whoever made the work that the case ``code`` is about; None where it names none."""
    try:
        case = Case.objects.select_related("work__owner").filter(number=numbers.read(code)).first()
    except ValueError:
        return None
    return case.work.owner if case and case.work else None
