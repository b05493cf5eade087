"""Reading statements of reasons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from accounts.reasons.documents import document_of
from accounts.reasons.models import StatementOfReasons

if TYPE_CHECKING:
    from accounts.users.models import User


def statements_of(user: User) -> QuerySet[StatementOfReasons]:
    """All that was decided against ``user``, newest first."""
    return StatementOfReasons.objects.filter(person=user)


def statement_for(user: User, puid: UUID) -> StatementOfReasons:
    """One statement for the one whom it is about. Raises Http404 for anybody else's."""
    found = statements_of(user).filter(pk=puid).first()
    if found is None:
        raise Http404("no such statement")
    return found


def documents(*, since: date | None = None, until: date | None = None) -> Iterator[dict[str, Any]]:
    """Statements as the Transparency Database takes them, oldest first: those that apply from ``since`` to ``until``, both included."""
    found = StatementOfReasons.objects.order_by("stated_at", "puid")
    if since is not None:
        found = found.filter(applies_on__gte=since)
    if until is not None:
        found = found.filter(applies_on__lte=until)
    yield from (document_of(each) for each in found.iterator())
