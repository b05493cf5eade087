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
        body={"scope_sha256": request.scope_sha256, "version": request.version, **(body or {})},
    )
