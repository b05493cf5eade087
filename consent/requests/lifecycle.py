"""Moving a request from state to state, with its history and its record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from consent.history.services import note
from consent.requests.models import Request
from consent.requests.states import RequestState, may_move

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User

REQUESTERS_OWN = frozenset(
    {
        RequestState.DRAFT,
        RequestState.SENT,
        RequestState.HELD,
        RequestState.SUPERSEDED,
        RequestState.CANCELLED,
    }
)
"""States that the requester's own acts lead to. All others are recorded under the reference that they do not know."""


def move(
    request: Request,
    new: RequestState,
    *,
    by: User | None,
    now: datetime,
    body: Mapping[str, JSON] | None = None,
    **changes: Any,
) -> None:
    """Take ``request`` to ``new`` by one conditional UPDATE. Call it in a transaction.

    Refused with ``wrong_state`` where there is no such way, or where somebody else moved it before.
    """
    old = RequestState(request.state)
    unmoved = Request.objects.filter(pk=request.pk, state=old)
    if not may_move(old, new) or not unmoved.update(state=new, **changes):
        raise Refusal("wrong_state", _("Meanwhile this request has moved on: look at it again."))
    request.refresh_from_db()
    enter(request, by=by, now=now, body=body)


def enter(
    request: Request, *, by: User | None, now: datetime, body: Mapping[str, JSON] | None = None
) -> None:
    """Write into the history and the log that ``request`` is in its state now.

    Held and sent are one to the requester, so they are one in the log, too.
    """
    state = RequestState(request.state)
    is_own = state in REQUESTERS_OWN
    event = RequestState.SENT if state is RequestState.HELD else state
    note(
        request.log_subject if is_own else request.answer_subject,
        event,
        by=by,
        person=request.requester if is_own else request.person,
        now=now,
        body={**_asked(request), **(body or {})},
    )


def drop(request: Request, new: RequestState, *, by: User | None, now: datetime) -> None:
    """Let the requester drop ``request`` as *cancelled* or *superseded*. Call it in a transaction.

    By the same steps also where it has ended and they may not know: then it stays what it is, and only they see it dropped.
    Refused with ``wrong_state`` where it was granted meanwhile.
    """
    ending = [state for state in RequestState if may_move(state, new)]
    Request.objects.filter(pk=request.pk, state__in=ending).update(state=new, deliver_at=None)
    if not Request.objects.filter(pk=request.pk).exclude(state=RequestState.GRANTED).update(dropped_as=new):
        raise Refusal("wrong_state", _("Meanwhile this request has moved on: look at it again."))
    request.refresh_from_db()
    note(request.log_subject, new, by=by, person=request.requester, now=now, body=_asked(request))


def release(request: Request, *, now: datetime) -> None:
    """Take a held request to *sent*: it is on its way to the person. The requester, who saw it as sent before, does not learn of it."""
    held = Request.objects.filter(pk=request.pk, state=RequestState.HELD)
    if not held.update(state=RequestState.SENT, delivered_at=now, deliver_at=None):
        raise Refusal("wrong_state", _("Meanwhile this request has moved on: look at it again."))
    request.refresh_from_db()
    note(request.answer_subject, "delivered", by=None, person=request.person, now=now, body=_asked(request))


def _asked(request: Request) -> dict[str, JSON]:
    """What every record of ``request`` says: of what, in which version, in the words of which vocabulary."""
    return {
        "scope_sha256": request.scope_sha256,
        "version": request.version,
        "vocabulary": request.vocabulary,
    }
