"""What may be done with a use: propose it, ask whether it is covered, let it go live, cut it off."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.identity.ages import years_of
from consent import scope
from consent.grants.lifecycle import move as move_grant
from consent.grants.queries import as_granted, locked
from consent.scope import Allow, Deny, Depicted, GrantState
from consent.scope.documents import read_elements, read_operations, read_use
from consent.signals import use_cut_off
from consent.uses.lifecycle import move
from consent.uses.models import DepictedPerson, Use
from consent.uses.states import UseState, may_move

if TYPE_CHECKING:
    from accounts.users.models import User
    from consent.grants.models import Grant


class NotCovered(Exception):
    """A use that somebody in it does not allow (any more). ``decision`` says which clauses are missing."""

    def __init__(self, decision: Deny) -> None:
        super().__init__("expected a grant that covers every clause of the use")
        self.decision = decision


def propose(*, owner: User, subject: str, output_sha256: str, now: datetime | None = None) -> Use:
    """Note that ``subject`` shows real people. A second call changes nothing."""
    defaults = {"owner": owner, "output_sha256": output_sha256, "created_at": now or timezone.now()}
    return Use.objects.get_or_create(subject=subject, defaults=defaults)[0]


def decide(use: Use, grants: list[Grant], now: datetime) -> Allow | Deny:
    """Ask the scope engine whether the people in ``use`` allow it by the grants that the use names."""
    people = list(use.people.all())
    return scope.decide(as_asked(use, people, grants, now), [as_granted(each) for each in grants], now)


def as_asked(use: Use, people: list[DepictedPerson], grants: list[Grant], now: datetime) -> scope.Use:
    """Return ``use`` as the scope engine reads it. Nobody in it means that nobody was said, not that nobody is."""
    named = {each.reference: each.person for each in grants}
    depicted = tuple(
        _depicted(each, named.get(each.grant_id) if each.grant_id else None, now) for each in people
    )
    asked = read_use(use.terms, depicted or None)
    return replace(asked, output_sha256=use.output_sha256, grantee=use.owner.producer_id)


def _depicted(shown: DepictedPerson, person: User | None, now: datetime) -> Depicted:
    return Depicted(
        person=person.producer_id if person else f"unknown:{shown.position}",
        elements=read_elements(shown.elements),
        operations=read_operations(shown.operations),
        years=years_of(person, now) if person else None,
        approved_output_sha256=shown.approved_sha256 or None,
    )


def check(use: Use, *, now: datetime | None = None) -> Allow | Deny:
    """Decide about ``use`` and keep the trace; a proposed one that is covered becomes *checked*."""
    now = now or timezone.now()
    with transaction.atomic():
        decision = decide(use, _grants_of(use), now)
        kept: dict[str, Any] = {"trace": [asdict(each) for each in decision.trace], "engine": decision.engine}
        if isinstance(decision, Allow) and may_move(UseState(use.state), UseState.CHECKED):
            move(use, UseState.CHECKED, by=None, now=now, **kept)
        else:
            Use.objects.filter(pk=use.pk).update(**kept)
            use.refresh_from_db()
    return decision


def go_live(use: Use, *, now: datetime) -> None:
    """Take ``use`` live in the transaction that publishes it: its grants are locked, asked again, and counted down.

    Raises :class:`NotCovered`, with nothing changed, where a grant ended meanwhile or nothing is left of it.
    """
    grants = _grants_of(use)
    decision = decide(use, grants, now)
    if isinstance(decision, Deny):
        raise NotCovered(decision)
    outputs = int(use.terms["outputs"])
    for person in use.people.all():
        grant = next(each for each in grants if each.reference == person.grant_id)
        DepictedPerson.objects.filter(pk=person.pk).update(consumed=outputs, grant_version=grant.version)
        _consume(grant, outputs, now)
    trace = [asdict(each) for each in decision.trace]
    move(use, UseState.LIVE, by=None, now=now, trace=trace, engine=decision.engine)


def cut_off_uses_of(grant: Grant, *, by: User | None, now: datetime) -> None:
    """Cut off whatever stands under ``grant``, live or on its way. Call it in the transaction that ends the grant."""
    standing = (
        Use.objects.select_for_update().filter(people__grant=grant).exclude(state__in=("cut_off", "removed"))
    )
    for use in standing.order_by("pk"):
        if may_move(UseState(use.state), UseState.CUT_OFF):
            move(use, UseState.CUT_OFF, by=by, now=now, body={"grant": str(grant.reference)})
        use_cut_off.send(sender=Use, use=use, grant=grant, now=now)


def _consume(grant: Grant, outputs: int, now: datetime) -> None:
    type(grant).objects.filter(pk=grant.pk).update(consumed=F("consumed") + outputs)
    grant.refresh_from_db(fields=["consumed"])
    if grant.consumed == grant.outputs:
        move_grant(grant, GrantState.EXHAUSTED, by=None, now=now)


def _grants_of(use: Use) -> list[Grant]:
    """The grants that the people in ``use`` were matched with, locked."""
    return locked(each.grant_id for each in use.people.all() if each.grant_id is not None)
