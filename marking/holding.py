"""Which works and cases can be held, whose they are, and what is held with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet

from accounts.retention import holds, naming
from marking.desk.appeals.models import Appeal
from marking.desk.cases.models import Case
from marking.desk.measures.models import Measure
from marking.desk.refutations.models import RefutedWork
from marking.registry.models import Registration, Variant
from marking.works import numbers
from marking.works.earlier import work_of_file
from marking.works.models import Work


def register() -> None:
    """Make works and cases known to the room of holds, what a case is about, and which cases are about a work or an account."""
    naming.register("work", work)
    naming.register("case", case)
    holds.register_concerned("marking", concerned)
    holds.register_about("marking", about)


def work(code: str) -> naming.Named | None:
    """The work of a number, released or not, deleted or not."""
    try:
        found = Work.objects.select_related("owner").filter(number=numbers.read(code)).first()
    except ValueError:
        return None
    return naming.Named(f"work:{found.code}", found.owner) if found else None


def case(code: str) -> naming.Named | None:
    """The case of a number. It is the affair of the owner of the work that it is about."""
    try:
        found = Case.objects.select_related("work__owner").filter(number=numbers.read(code)).first()
    except ValueError:
        return None
    return naming.Named(f"case:{found.code}", found.work.owner if found.work else None) if found else None


def concerned(subjects: Iterable[str]) -> set[str]:
    """What the cases among ``subjects`` are about: the work, the account that made it, and the account that complained.

    With them, and with the works among them, go the measures and reasons that came of it, and the appeals against these.
    """
    subjects = list(subjects)
    cases = Case.objects.filter(pk__in=_numbers("case", subjects))
    found = {each for row in cases.select_related("work__owner", "reporter") for each in _about_case(row)}
    return {*found, *_of_decisions(cases, _numbers("work", subjects))}


def about(subjects: Iterable[str]) -> set[str]:
    """The cases about the works and accounts among ``subjects``, and those that these accounts filed; the appeals of these accounts."""
    subjects = list(subjects)
    accounts = [code for kind, _colon, code in (each.partition(":") for each in subjects) if kind == "user"]
    works = Work.objects.filter(Q(pk__in=_numbers("work", subjects)) | Q(owner__producer_id__in=accounts))
    cases = Case.objects.filter(
        Q(work__in=works) | Q(file_sha256__in=_files_of(works)) | Q(reporter__producer_id__in=accounts)
    )
    appeals = Appeal.objects.filter(appellant__producer_id__in=accounts)
    return {*(f"case:{each.code}" for each in cases), *(each.log_subject for each in appeals)}


def _about_case(case: Case) -> Iterator[str]:
    work = case.work or (work_of_file(case.file_sha256) if case.file_sha256 else None)
    if work is not None:
        yield f"work:{work.code}"
        yield f"user:{work.owner.producer_id}"
    if case.reporter is not None:
        yield f"user:{case.reporter.producer_id}"


def _of_decisions(cases: QuerySet[Case], works: list[int]) -> set[str]:
    """What came of ``cases`` and against ``works``: measures, their reasons, and appeals."""
    measures = Measure.objects.filter(Q(case__in=cases) | Q(work__in=works)).select_related("statement")
    notes = RefutedWork.objects.filter(work__in=works).values_list("refutation", flat=True)
    appealed = (
        Q(kind="case", reference__in=[each.code for each in cases])
        | Q(kind="measure", reference__in=[str(each.pk) for each in measures])
        | Q(kind="refutation", reference__in=[str(each) for each in notes])
    )
    return {
        *(each.log_subject for each in measures),
        *(each.statement.log_subject for each in measures),
        *(each.log_subject for each in Appeal.objects.filter(appealed)),
    }


def _files_of(works: QuerySet[Work]) -> list[str]:
    """The SHA-256 of each file that was given out of ``works``: a case may name a work by its file alone."""
    registered = Registration.objects.filter(work__in=works).values_list("sha256", flat=True)
    copies = Variant.objects.filter(registration__work__in=works).values_list("sha256", flat=True)
    return [*registered, *copies]


def _numbers(kind: str, subjects: Iterable[str]) -> list[int]:
    """The numbers of the ``kind`` among ``subjects``; what is no number is left out."""
    codes = (code for found, _colon, code in (each.partition(":") for each in subjects) if found == kind)
    return [number for code in codes if (number := _number(code)) is not None]


def _number(code: str) -> int | None:
    try:
        return numbers.read(code)
    except ValueError:
        return None
