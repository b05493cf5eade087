"""A use as the scope engine reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from accounts.identity.ages import years_of
from consent import scope
from consent.grants.queries import as_granted
from consent.scope import Allow, Deny, Depicted, Element, LabelStrength, Uncovered
from consent.scope.documents import read_elements, read_operations, read_use

if TYPE_CHECKING:
    from accounts.users.models import User
    from consent.grants.models import Grant
    from consent.uses.models import DepictedPerson, Use


def decide(use: Use, grants: list[Grant], now: datetime) -> Allow | Deny:
    """Ask the scope engine whether the people in ``use`` allow it by the grants that the use names.

    It knows nothing of pictures: that nobody's face is left over is asked here. One person has one face at a time.
    """
    asked = as_asked(use, list(use.people.all()), grants, now)
    decision = scope.decide(asked, [as_granted(each) for each in grants], now)
    named = len({each.person for each in asked.depicted or () if Element.FACE in (each.elements or ())})
    if named >= use.faces:
        return decision
    missing = Uncovered("", None, "faces", named, use.faces)
    return Deny((*(decision.trace if isinstance(decision, Deny) else ()), missing))


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
        years=years_of(person, now) if person else None,
        approved_output_sha256=shown.approved_sha256 or None,
    )
