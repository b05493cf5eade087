"""How a use ends, and how it comes back: cut off with its grant, sent back before it was live, restored, removed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from consent import scope
from consent.grants.queries import as_granted
from consent.scope import Allow, Deny, GrantState
from consent.scope.replaying import write_decision
from consent.signals import use_cut_off, use_restored, uses_held
from consent.uses.asking import Logged, as_asked, logged
from consent.uses.lifecycle import move, people_told
from consent.uses.models import DepictedPerson, Use
from consent.uses.queries import grants_of, lock, standing_under, stands, with_renewed
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


def hold_all(grants: Sequence[Grant]) -> dict[UUID, list[Use]]:
    """The same for several locked grants at once: what stands under each, by its reference."""
    chains = {grant.pk: {each.pk for each in with_renewed(grant)} for grant in grants}
    uses = standing_under(*grants)
    uses_held.send(sender=Use, uses=uses)
    named = DepictedPerson.objects.filter(use__in=uses, grant__isnull=False).values_list("grant", "use")
    under = [(grant, use) for grant, use in named]
    return {
        grant: [use for use in uses if any((each, use.pk) in under for each in chain)]
        for grant, chain in chains.items()
    }


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


def send_back(use: Use, decision: Deny, *, now: datetime, body: Logged | None = None) -> None:
    """Take a use that was about to go live, and is not covered after all, back to *proposed*, with why. In a transaction."""
    lock(use)
    kept: dict[str, Any] = {"trace": [asdict(each) for each in decision.trace], "engine": decision.engine}
    if UseState(use.state) in _ON_THEIR_WAY:
        move(use, UseState.PROPOSED, by=None, now=now, body=body, **kept)
    elif use.state == UseState.PROPOSED:
        Use.objects.filter(pk=use.pk).update(**kept)


def bring_back(uses: Iterable[Use], *, by: User | None, now: datetime) -> list[Use]:
    """Take those of ``uses`` live again that were cut off and that everybody in them allows now; return them.

    ``uses`` are those that :func:`hold` returned.
    """
    brought: list[tuple[Use, Logged]] = []
    for use in [each for each in uses if each.state == UseState.CUT_OFF]:
        allowed = _allowed_again(use, now)
        if allowed is not None:
            brought.append((use, allowed))
    for use, allowed in brought:
        move(use, UseState.LIVE, by=by, now=now, body={**allowed, **people_told(use)}, cut_off_at=None)
        use_restored.send(sender=Use, use=use, now=now)
    return [use for use, _allowed in brought]


def may_come_back(use: Use, *, now: datetime) -> bool:
    """Whether everybody in a use that was cut off allows it as if it had never been: its own outputs are not counted again."""
    return _allowed_again(use, now) is not None


def _allowed_again(use: Use, now: datetime) -> Logged | None:
    """What the record of such a decision says; None where somebody does not allow it."""
    people, grants = list(use.people.all()), grants_of(use)
    own = {each.grant_id: each.consumed for each in people}
    asked = as_asked(use, people, grants, now)
    if asked.ends_at is None or asked.ends_at <= now:
        return None
    granted = [_as_before(each, own[each.pk]) for each in grants if stands(each)]
    decision = scope.decide(asked, granted, now)
    document = write_decision(asked, granted, now, 0, decision)
    return logged(decision, document) if isinstance(decision, Allow) else None


def remove(use: Use, *, by: User | None, now: datetime) -> None:
    """Note that what ``use`` publishes is gone for good. A second call changes nothing. Call it in a transaction."""
    lock(use)
    if use.state != UseState.REMOVED:
        move(use, UseState.REMOVED, by=by, now=now)


def _as_before(grant: Grant, own: int) -> scope.Grant:
    granted = as_granted(grant)
    return replace(granted, state=GrantState.ACTIVE, consumed=max(0, granted.consumed - own))


def _take_down(use: Use, grant: Grant, *, by: User | None, now: datetime) -> None:
    body = {"grant": str(grant.reference)}
    if use.state == UseState.LIVE:
        move(use, UseState.CUT_OFF, by=by, now=now, body=body)
    elif UseState(use.state) in _ON_THEIR_WAY:
        DepictedPerson.objects.filter(use=use, grant=grant).update(approved_sha256="", approved_at=None)
        move(use, UseState.PROPOSED, by=by, now=now, body=body)
