"""When cases, appeals and the decisions behind statements of reasons came to their end, for the time that their records are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import OuterRef, Subquery

from accounts.retention.references import references_in
from accounts.sanctions.ended import of_statements
from marking.desk.appeals.models import Appeal
from marking.desk.cases.models import Case
from marking.desk.measures.models import Measure
from marking.desk.refutations.models import Labelling, RefutationVersion
from marking.desk.refutations.states import VersionState
from marking.works import numbers


def of_cases(subjects: Iterable[str]) -> dict[str, datetime]:
    """Cases that are closed."""
    wanted = set(subjects)
    numbers = [number for each in wanted if (number := _number(each)) is not None]
    closed = Case.objects.filter(pk__in=numbers, closed_at__isnull=False)
    return {f"case:{each.code}": each.closed_at for each in closed if each.closed_at}


def of_appeals(subjects: Iterable[str]) -> dict[str, datetime]:
    """Appeals that are decided."""
    decided = Appeal.objects.filter(pk__in=references_in(subjects), decided_at__isnull=False)
    return {each.log_subject: each.decided_at for each in decided if each.decided_at}


def of_reasons(subjects: Iterable[str]) -> dict[str, datetime]:
    """Statements of reasons of sanctions that ended, of measures that were lifted, and of notes that were taken back or put otherwise."""
    wanted = set(subjects)
    lifted = Measure.objects.filter(statement__in=references_in(wanted), lifted_at__isnull=False)
    ended = {each.statement.log_subject: each.lifted_at for each in lifted.select_related("statement")}
    return of_statements(wanted) | {subject: at for subject, at in ended.items() if at} | _of_notes(wanted)


def _of_notes(subjects: set[str]) -> dict[str, datetime]:
    later = RefutationVersion.objects.filter(
        refutation=OuterRef("version__refutation"), number__gt=OuterRef("version__number"),
        state=VersionState.PUBLISHED,
    )  # fmt: skip
    labels = Labelling.objects.filter(statement__in=references_in(subjects)).select_related("statement")
    ended = labels.annotate(ended_at=Subquery(later.order_by("number").values("decided_at")[:1]))
    return {each.statement.log_subject: each.ended_at for each in ended if each.ended_at}


def _number(subject: str) -> int | None:
    try:
        return numbers.read(subject.partition(":")[2])
    except ValueError:
        return None
