"""What may be done with a use: propose it, ask whether it is covered, let it go live."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from consent import clock
from consent.grants.lifecycle import move as move_grant
from consent.scope import Allow, Deny, GrantState
from consent.signals import grant_changed, preview_asked, use_covered
from consent.uses.asking import Logged, as_asked, decide, decided
from consent.uses.lifecycle import move, people_told
from consent.uses.models import DepictedPerson, Use
from consent.uses.queries import grants_of, lock
from consent.uses.states import UseState

if TYPE_CHECKING:
    from accounts.users.models import User
    from consent.grants.models import Grant

__all__ = ["NotCovered", "as_asked", "check", "check_again", "decide", "go_live", "propose"]

_BEFORE_LIVE = frozenset({UseState.PROPOSED, UseState.CHECKED, UseState.AWAITING_PREVIEW, UseState.APPROVED})
_ALLOWED = {UseState.PROPOSED: UseState.CHECKED, UseState.AWAITING_PREVIEW: UseState.APPROVED}


class NotCovered(Exception):
    """A use that somebody in it does not allow (any more). ``decision`` says which clauses are missing, ``logged`` from what it was made."""

    def __init__(self, decision: Deny, logged: Logged | None = None) -> None:
        super().__init__("expected a grant that covers every clause of the use")
        self.decision, self.logged = decision, logged


def propose(*, owner: User, subject: str, output_sha256: str, now: datetime | None = None) -> Use:
    """Note that ``subject`` shows real people. A second call changes nothing."""
    defaults = {"owner": owner, "output_sha256": output_sha256, "created_at": now or timezone.now()}
    return Use.objects.get_or_create(subject=subject, defaults=defaults)[0]


def check(use: Use, *, now: datetime | None = None) -> Allow | Deny:
    """Decide about ``use``, and take it as far as the people in it allow; once it is live, the decision changes nothing.

    Covered by everybody it becomes *checked*, or *approved* where somebody wanted to see it; where only that is missing, it
    awaits their preview; else it is *proposed* (again). The trace says which clauses are missing.
    """
    now = clock.now(now)
    with transaction.atomic():
        grants = grants_of(use)
        lock(use)
        decision, logged = decided(use, grants, now)
        if UseState(use.state) in _BEFORE_LIVE:
            _take_on(use, decision, logged, now)
    return decision


def check_again(uses: Iterable[Use], *, now: datetime) -> None:
    """Ask again for those of ``uses`` that were asked for before, and refused: a grant of theirs is in force (again)."""
    for use in uses:
        if use.state == UseState.PROPOSED and use.engine:
            check(use, now=now)


def go_live(use: Use, *, now: datetime, faces: int = 0) -> None:
    """Take ``use`` live in the transaction that publishes it: its grants are locked, asked again, and counted down.

    Raises :class:`NotCovered`, with nothing changed, where a grant ended meanwhile or nothing is left of it. Refused with
    ``wrong_state`` where it is or was live: what was cut off comes back only by who ended it. ``faces``: of real people seen,
    as is known now; as many have to allow it, whatever was noted with the use.
    """
    now = clock.now(now)
    grants = grants_of(use)
    lock(use)
    if UseState(use.state) not in _BEFORE_LIVE:
        raise Refusal("wrong_state", _("Meanwhile this use has changed: look at it again."))
    use.faces = max(use.faces, faces)
    decision, logged = decided(use, grants, now)
    if isinstance(decision, Deny):
        raise NotCovered(decision, logged)
    _count_down(use, grants, now)
    if use.state in _ALLOWED:
        move(use, _ALLOWED[UseState(use.state)], by=None, now=now, body=logged)
    ends_at = as_asked(use, list(use.people.all()), grants, now).ends_at
    told = {**logged, **people_told(use), "outputs": int(use.terms["outputs"])}
    move(use, UseState.LIVE, by=None, now=now, body=told, ends_at=ends_at, **_kept(decision))


def _count_down(use: Use, grants: list[Grant], now: datetime) -> None:
    outputs = int(use.terms["outputs"])
    for person in use.people.all():
        grant = next(each for each in grants if each.reference == person.grant_id)
        DepictedPerson.objects.filter(pk=person.pk).update(consumed=outputs, grant_version=grant.version)
        _consume(grant, outputs, now)


def _consume(grant: Grant, outputs: int, now: datetime) -> None:
    type(grant).objects.filter(pk=grant.pk).update(consumed=F("consumed") + outputs)
    grant.refresh_from_db(fields=["consumed"])
    if grant.consumed == grant.outputs:
        move_grant(grant, GrantState.EXHAUSTED, by=None, now=now)
        grant_changed.send(sender=type(grant), grant=grant, by=None, now=now)


def _take_on(use: Use, decision: Allow | Deny, logged: Logged, now: datetime) -> None:
    """Move a use that is not live to where ``decision`` takes it, and tell who waits for that."""
    kept = _kept(decision)
    ways = _ways(
        UseState(use.state), decision, is_declined=use.people.filter(declined_at__isnull=False).exists()
    )
    for state in ways:
        move(use, state, by=None, now=now, body=logged, **kept)
    if not ways:
        Use.objects.filter(pk=use.pk).update(**kept)
        use.refresh_from_db()
    if isinstance(decision, Allow):
        use_covered.send(sender=Use, use=use, now=now)
    elif ways and use.state == UseState.AWAITING_PREVIEW:
        preview_asked.send(sender=Use, use=use, now=now)


def _ways(state: UseState, decision: Allow | Deny, *, is_declined: bool) -> tuple[UseState, ...]:
    """The states that a use in ``state`` goes through. Who did not want the file so is not asked again."""
    if isinstance(decision, Allow):
        return (_ALLOWED[state],) if state in _ALLOWED else ()
    awaits = _lacks_only_preview(decision) and not is_declined
    if awaits and state in (UseState.PROPOSED, UseState.CHECKED):
        checked = (UseState.CHECKED,) if state is UseState.PROPOSED else ()
        return (*checked, UseState.AWAITING_PREVIEW)
    return (
        ()
        if (awaits and state is UseState.AWAITING_PREVIEW) or state is UseState.PROPOSED
        else (UseState.PROPOSED,)
    )


def _lacks_only_preview(decision: Deny) -> bool:
    return {each.clause for each in decision.trace} == {"preview"}


def _kept(decision: Allow | Deny) -> dict[str, Any]:
    return {"trace": [asdict(each) for each in decision.trace], "engine": decision.engine}
