"""How a use ends, and how it comes back: cut off with its grant, sent back before it was live, restored, removed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from consent import scope
from consent.grants.queries import as_granted
from consent.scope import Allow, Deny, GrantState
from consent.signals import use_cut_off, use_restored, uses_held
from consent.uses.asking import as_asked
from consent.uses.lifecycle import move
from consent.uses.models import DepictedPerson, Use
from consent.uses.queries import grants_of, lock, standing_under, stands
from consent.uses.states import UseState

if TYPE_CHECKING:
    from accounts.users.models import User
    from consent.grants.models import Grant

_ON_THEIR_WAY = frozenset({UseState.CHECKED, UseState.AWAITING_PREVIEW, UseState.APPROVED})


def hold(grant: Grant) -> list[Use]:
    """Lock whatever stands under ``grant``, and what others keep of it, before anything is changed.

    Everybody locks grants, then uses, then what lies above them, and then writes records: so that no two wait for each other.
    """
    uses = standing_under(grant)
    uses_held.send(sender=Use, uses=uses)
    return uses


def cut_off(uses: Iterable[Use], grant: Grant, *, by: User | None, now: datetime) -> None:
    """Cut off ``uses``, which :func:`hold` returned, for ``grant``, which ended or rests. Call it in that transaction."""
    for use in uses:
        _take_down(use, grant, by=by, now=now)
        is_final = grant.state != GrantState.SUSPENDED
        use_cut_off.send(sender=Use, use=use, grant=grant, is_final=is_final, now=now)


def end_term(use: Use, *, now: datetime) -> None:
    """Cut off a live use whose own time is over. Call it in a transaction."""
    lock(use)
    uses_held.send(sender=Use, uses=[use])
    if use.state == UseState.LIVE:
        move(use, UseState.CUT_OFF, by=None, now=now, body={"reason": "term"})
        use_cut_off.send(sender=Use, use=use, grant=None, is_final=True, now=now)


def send_back(use: Use, decision: Deny, *, now: datetime) -> None:
    """Take a use that was about to go live, and is not covered after all, back to *proposed*, with why. In a transaction."""
    lock(use)
    kept: dict[str, Any] = {"trace": [asdict(each) for each in decision.trace], "engine": decision.engine}
    if UseState(use.state) in _ON_THEIR_WAY:
        move(use, UseState.PROPOSED, by=None, now=now, **kept)
    elif use.state == UseState.PROPOSED:
        Use.objects.filter(pk=use.pk).update(**kept)


def bring_back(uses: Iterable[Use], *, by: User | None, now: datetime) -> list[Use]:
    """Take those of ``uses`` live again that were cut off and that everybody in them allows now; return them.

    ``uses`` are those that :func:`hold` returned.
    """
    brought = [use for use in uses if use.state == UseState.CUT_OFF and may_come_back(use, now=now)]
    for use in brought:
        move(use, UseState.LIVE, by=by, now=now, cut_off_at=None)
        use_restored.send(sender=Use, use=use, now=now)
    return brought


def may_come_back(use: Use, *, now: datetime) -> bool:
    """Whether everybody in a use that was cut off allows it as if it had never been: its own outputs are not counted again."""
    people, grants = list(use.people.all()), grants_of(use)
    own = {each.grant_id: each.consumed for each in people}
    asked = as_asked(use, people, grants, now)
    if asked.ends_at is None or asked.ends_at <= now:
        return False
    granted = [_as_before(each, own[each.pk]) for each in grants if stands(each)]
    return isinstance(scope.decide(asked, granted, now), Allow)


def remove(use: Use, *, by: User | None, now: datetime) -> None:
    """Note that what ``use`` publishes is gone for good. A second call changes nothing. Call it in a transaction."""
    lock(use)
    if use.state != UseState.REMOVED:
        move(use, UseState.REMOVED, by=by, now=now)


def _as_before(grant: Grant, own: int) -> scope.Grant:
    granted = as_granted(grant)
    return replace(granted, state=GrantState.ACTIVE, consumed=granted.consumed - own)


def _take_down(use: Use, grant: Grant, *, by: User | None, now: datetime) -> None:
    body = {"grant": str(grant.reference)}
    if use.state == UseState.LIVE:
        move(use, UseState.CUT_OFF, by=by, now=now, body=body)
    elif UseState(use.state) in _ON_THEIR_WAY:
        DepictedPerson.objects.filter(use=use, grant=grant).update(approved_sha256="", approved_at=None)
        move(use, UseState.PROPOSED, by=by, now=now, body=body)
