"""Reading works. Whatever leads from an address to a work takes the viewer and answers 404 for others'."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet
from django.http import Http404

from accounts.prepared import Prepared, columns, instances
from accounts.records.models import Record
from accounts.records.queries import line, records
from accounts.users.models import User
from marking.works import numbers
from marking.works.models import Work
from marking.works.states import WorkState
from marking.works.wording import warning_about

WATERMARK_FIGURES = ("bits", "scheme", "confidence", "deflection", "is_robust", "quality")
"""What of a watermark's entry in ``Work.marks`` is handed on; older entries lack the scheme and the last three."""

_HANDED_OVER = ("work.downloaded", "work.unlabelled_copy_sent")


def works_of(user: User) -> QuerySet[Work]:
    """A user's works that are not deleted, newest first."""
    return Work.objects.filter(owner=user).exclude(state=WorkState.DELETED).select_related("job")


def work_for(user: User, code: str) -> Work:
    """The work ``code`` if ``user`` owns it and has not deleted it. Raises Http404 otherwise."""
    try:
        number = numbers.read(code)
    except ValueError:
        raise Http404("no such work") from None
    for work in instances(Work, _OWN, owner=user.pk, number=number):
        work.owner = user
        return work
    raise Http404("no such work")


def _own(owner: int, number: int) -> QuerySet[Work, tuple[object, ...]]:
    own = Work.objects.filter(owner=owner, number=number).exclude(state=WorkState.DELETED).order_by()
    return own.values_list(*columns(Work))


_OWN = Prepared(_own)


def is_deleted(user: User, code: str) -> bool:
    """Whether ``code`` is a work of ``user`` that was deleted."""
    try:
        return Work.objects.filter(owner=user, number=numbers.read(code), state=WorkState.DELETED).exists()
    except ValueError:
        return False


def published_work(code: str) -> Work:
    """The work ``code`` if it was ever released, deleted or not. Raises Http404 otherwise."""
    try:
        return Work.objects.select_related("owner").get(number=numbers.read(code), released_at__isnull=False)
    except (ValueError, Work.DoesNotExist):
        raise Http404("no such work") from None


def downloads_of(subjects: Iterable[str]) -> dict[str, int]:
    """How often each of ``subjects`` (``work:8Z0K3…``) was downloaded, by the record log."""
    downloads = Record.objects.filter(kind="work.downloaded", subject__in=list(subjects))
    return dict(downloads.values_list("subject").annotate(count=Count("sequence")).order_by())


def downloaders_of(work: Work) -> Iterable[User]:
    """The accounts that a file of ``work`` was handed to, as the log tells; those that are closed are left out."""
    handed = records(subject=f"work:{work.code}").filter(kind__in=_HANDED_OVER)
    actors = {line(each).actor for each in handed}
    return User.objects.filter(producer_id__in=actors, is_active=True).exclude(email="")


def subjects_of(user: User) -> list[str]:
    """What the record log calls the works of ``user``, deleted or not."""
    return [
        f"work:{numbers.write(each)}" for each in Work.objects.filter(owner=user).values_list("pk", flat=True)
    ]


def watermark_of(work: Work) -> dict[str, Any] | None:
    """The watermark of ``work`` for its owner, in figures and with a warning or None; None before the release."""
    marks = {mark["name"]: mark for mark in work.marks}
    if "watermark" not in marks:
        return None
    mark = marks["watermark"]
    return {name: mark.get(name) for name in WATERMARK_FIGURES} | {"warning": warning_about(mark) or None}
