"""A use as the scope engine reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from accounts.identity.ages import band_of
from consent import scope
from consent.grants.queries import as_granted
from consent.scope import Allow, Deny, Depicted, LabelStrength
from consent.scope.documents import read_elements, read_operations, read_use
from consent.scope.replaying import decide_counted, write_decision

if TYPE_CHECKING:
    from accounts.users.models import User
    from consent.grants.models import Grant
    from consent.uses.models import DepictedPerson, Use

Logged: TypeAlias = dict[str, Any]


def decide(use: Use, grants: list[Grant], now: datetime) -> Allow | Deny:
    """Ask the scope engine whether the people in ``use`` allow it by the grants that the use names."""
    return decided(use, grants, now)[0]


def decided(use: Use, grants: list[Grant], now: datetime) -> tuple[Allow | Deny, Logged]:
    """The answer of :func:`decide`, and what the record of it says, from which the same answer can be made again."""
    asked = as_asked(use, list(use.people.all()), grants, now)
    granted = [as_granted(each) for each in grants]
    decision = decide_counted(asked, granted, now, use.faces)
    return decision, logged(decision, write_decision(asked, granted, now, use.faces, decision))


def logged(decision: Allow | Deny, document: Mapping[str, Any]) -> Logged:
    """What a record says of a decision: by which rules, what they found, and all that it was made from."""
    return {"engine": decision.engine, "trace": document["trace"], "decision": dict(document)}


def as_asked(use: Use, people: list[DepictedPerson], grants: list[Grant], now: datetime) -> scope.Use:
    """Return ``use`` as the scope engine reads it. Nobody in it means that nobody was said, not that nobody is."""
    named = {each.reference: each.person for each in grants}
    depicted = tuple(
        _depicted(each, named.get(each.grant_id) if each.grant_id else None, now) for each in people
    )
    asked = read_use(use.terms, depicted or None)
    return replace(
        asked,
        label=as_labelled(asked.label),
        output_sha256=use.output_sha256,
        grantee=use.owner.producer_id,
    )


def as_labelled(said: LabelStrength | None) -> LabelStrength | None:
    """How plainly a use of which this is ``said`` is labelled at most: no mark that this site draws covers the whole of a work."""
    return None if said is None else min(said, LabelStrength.EXPLICIT, key=lambda each: each.rank)


def _depicted(shown: DepictedPerson, person: User | None, now: datetime) -> Depicted:
    return Depicted(
        person=person.producer_id if person else f"unknown:{shown.position}",
        elements=read_elements(shown.elements),
        operations=read_operations(shown.operations),
        years=band_of(person, now) if person else None,
        approved_output_sha256=shown.approved_sha256 or None,
    )
