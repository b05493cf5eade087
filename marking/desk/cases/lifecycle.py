"""Moving a case from state to state, with its history and its record. Nothing personal goes into either."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.proposals.deciding import move_on
from accounts.records import log
from accounts.refusals import Refusal
from marking.desk.cases.models import Case, CaseEvent
from marking.desk.cases.states import TRANSITIONS, CaseState, Event

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.records.canonical import JSON
    from accounts.users.models import User


def move(
    case: Case,
    event: Event,
    *,
    by: User | None,
    now: datetime,
    body: Mapping[str, JSON] | None = None,
    **changes: Any,
) -> None:
    """Let ``event`` happen to ``case``, by one conditional UPDATE. Call it in a transaction.

    Refused with ``wrong_state`` where the event does not fit the state, or somebody else moved the case before.
    """
    old = CaseState(case.state)
    new = TRANSITIONS[old].get(event)
    if new is None:
        raise moved_on()
    change(case, Case.objects.filter(state=old, taken_by=case.taken_by_id), state=new, **changes)
    note(case, event, by=by, now=now, body=body)


def change(case: Case, unmoved: QuerySet[Case], **changes: Any) -> None:
    """Change ``case`` while it is among ``unmoved``. Refused with ``wrong_state`` otherwise."""
    move_on(case, unmoved, moved_on().sentence, **changes)


def moved_on() -> Refusal:
    """Somebody else was first, or time was."""
    return Refusal("wrong_state", _("Meanwhile this case has moved on: look at it again."))


def note(
    case: Case, event: Event, *, by: User | None, now: datetime, body: Mapping[str, JSON] | None = None
) -> None:
    """Write ``event`` into the history of ``case`` and into the record log. ``body`` is stored open."""
    CaseEvent.objects.create(case=case, event=event, at=now, by=by)
    facts: dict[str, JSON] = {"kind": str(case.kind), **(body or {})}
    log.append(kind=f"case.{event}", subject=f"case:{case.code}", body=facts, by=by, now=now)
