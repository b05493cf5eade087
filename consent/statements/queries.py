"""Reading spoken statements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.records.canonical import parse
from accounts.users.models import User
from consent.requests.states import RequestState
from consent.scope import Grant, GrantState, Proof
from consent.scope.documents import read_scope
from consent.statements.models import Statement
from consent.statements.states import StatementState
from consent.wording import clauses_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_JOINED = ("request__requester", "person", "speaker", "reviewer")

_UNSEALED = {"person__deletion_requested_at": None, "speaker__deletion_requested_at": None}
"""Nobody of the staff hears those who asked to be deleted."""


def statement_for(speaker: User, reference: UUID) -> Statement:
    """A statement that ``speaker`` was asked for. Raises Http404 for others'."""
    found = Statement.objects.filter(speaker=speaker, reference=reference).select_related(*_JOINED).first()
    if found is None:
        raise Http404("no such statement")
    return found


def open_statement_about(request_pk: UUID, now: datetime) -> Statement | None:
    """The statement about a request that the person can still send, or that waits for somebody to hear it."""
    for each in Statement.objects.filter(request=request_pk).select_related(*_JOINED).order_by("-asked_at"):
        if each.state == StatementState.RECORDED or (
            each.state == StatementState.ASKED and now < each.ends_at
        ):
            return each
    return None


def unheard() -> QuerySet[Statement]:
    """What waits for staff, oldest first; nothing of accounts whose deletion is requested.

    What was said to a request that was refused, put off or edited since can give nothing any more.
    """
    waiting = Statement.objects.filter(
        state=StatementState.RECORDED, request__state=RequestState.CONFIRMED, **_UNSEALED
    )
    return waiting.select_related(*_JOINED).order_by("recorded_at")


def statement_for_review(reference: UUID) -> Statement:
    """Any statement that was recorded. Raises Http404 where there is none."""
    recorded = Statement.objects.filter(recorded_at__isnull=False, reference=reference, **_UNSEALED)
    found = recorded.select_related(*_JOINED).first()
    if found is None:
        raise Http404("no such statement")
    return found


def clauses_in(statement: Statement) -> list[tuple[StrOrPromise, str]]:
    """Every clause of what is agreed to: its name and what it says, in the active language; none once it is emptied."""
    if statement.emptied_at is not None:
        return []
    document = parse(statement.scope.encode())
    said = read_scope(document if isinstance(document, Mapping) else {})
    return clauses_of(Grant("", 0, "", GrantState.PENDING_COOLING, Proof.SIGNED, said))


def to_say(speaker: User, now: datetime) -> QuerySet[Statement]:
    """What ``speaker`` can still say, or has said and nobody has heard yet; newest first."""
    waiting = Q(state=StatementState.ASKED, ends_at__gt=now) | Q(state=StatementState.RECORDED)
    return Statement.objects.filter(waiting, speaker=speaker).select_related(*_JOINED).order_by("-asked_at")
