"""When consents, the questions that led to them and what was made of them came to their end, for the time that records are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from accounts.retention.references import references_in
from consent.grants.models import Grant
from consent.receipts.models import Receipt
from consent.requests.models import Request
from consent.requests.states import OPEN
from consent.statements.models import Statement
from consent.uses.models import Use


def of_grants(subjects: Iterable[str]) -> dict[str, datetime]:
    """Grants that ended."""
    ended = Grant.objects.filter(pk__in=references_in(subjects), ended_at__isnull=False)
    return {each.log_subject: each.ended_at for each in ended if each.ended_at}


def of_receipts(subjects: Iterable[str]) -> dict[str, datetime]:
    """Receipts of grants that ended."""
    issued = Receipt.objects.filter(reference__in=references_in(subjects), grant__ended_at__isnull=False)
    return {
        each.log_subject: each.grant.ended_at
        for each in issued.select_related("grant")
        if each.grant.ended_at
    }


def of_requests(subjects: Iterable[str]) -> dict[str, datetime]:
    """Requests that were answered or ran out; one that was granted ends with its grant."""
    references = references_in(subjects)
    asked = Request.objects.exclude(state__in=OPEN).select_related("grant")
    found = asked.filter(pk__in=references) | asked.filter(answer_reference__in=references)
    return {
        subject: at
        for each in found
        if (at := _end_of(each)) is not None
        for subject in (each.log_subject, each.answer_subject)
    }


def of_statements(subjects: Iterable[str]) -> dict[str, datetime]:
    """Spoken statements about such requests."""
    said = Statement.objects.filter(pk__in=references_in(subjects)).exclude(request__state__in=OPEN)
    ends = {each: _end_of(each.request) for each in said.select_related("request__grant")}
    return {each.log_subject: at for each, at in ends.items() if at is not None}


def of_uses(subjects: Iterable[str]) -> dict[str, datetime]:
    """Uses that were removed and of which every grant ended."""
    removed = Use.objects.filter(pk__in=references_in(subjects), removed_at__isnull=False)
    ends = {each: list(_ends_of(each)) for each in removed.prefetch_related("people__grant")}
    return {each.log_subject: max(at for at in found if at) for each, found in ends.items() if all(found)}


def _end_of(request: Request) -> datetime | None:
    """As :mod:`consent.contents` reckons it: an answer without a word must not show by when something was emptied."""
    grant = getattr(request, "grant", None)
    return grant.ended_at if grant is not None else request.answer_by


def _ends_of(use: Use) -> Iterator[datetime | None]:
    yield use.removed_at
    for each in use.people.all():
        if each.grant is not None:
            yield each.grant.ended_at
