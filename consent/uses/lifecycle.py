"""Moving a use from state to state, with its history and its record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.records.canonical import NotCanonical, canonical
from accounts.refusals import Refusal
from consent.history.services import note
from consent.uses.models import Use
from consent.uses.states import UseState, may_move

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User

_TIMES = {UseState.LIVE: "live_at", UseState.CUT_OFF: "cut_off_at", UseState.REMOVED: "removed_at"}


def people_told(use: Use) -> dict[str, JSON]:
    """Who is in ``use`` by which grant, as the log keeps it: rows that somebody takes away or adds are found by it."""
    people: list[JSON] = [
        {
            "position": each.position,
            "grant": str(each.grant_id),
            "elements": each.elements,
            "operations": each.operations,
        }
        for each in sorted(use.people.all(), key=lambda each: each.position)
        if each.grant_id is not None
    ]
    terms = _digest(use.terms)
    return {"people": people, "faces": use.faces, "output_sha256": use.output_sha256, "terms_sha256": terms}


def _digest(terms: JSON) -> str:
    """SHA-256 of what a use is for; "" where a damaged row has no canonical form."""
    try:
        return sha256(canonical(terms)).hexdigest()
    except NotCanonical:
        return ""


def move(
    use: Use,
    new: UseState,
    *,
    by: User | None,
    now: datetime,
    body: Mapping[str, JSON] | None = None,
    **changes: Any,
) -> None:
    """Take ``use`` to ``new`` by one conditional UPDATE. Call it in a transaction.

    Refused with ``wrong_state`` where there is no such way, or where somebody else moved it before.
    """
    old = UseState(use.state)
    times = {_TIMES[new]: now} if new in _TIMES else {}
    unmoved = Use.objects.filter(pk=use.pk, state=old)
    if not may_move(old, new) or not unmoved.update(state=new, **{**times, **changes}):
        raise Refusal("wrong_state", _("Meanwhile this use has changed: look at it again."))
    use.refresh_from_db(fields=["state", *times, *changes])
    note(
        use.log_subject, new, by=by, person=use.owner, now=now, body={"subject": use.subject, **(body or {})}
    )
