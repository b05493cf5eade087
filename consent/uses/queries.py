"""Reading uses, and who stands behind them."""

from __future__ import annotations

from collections.abc import Iterable

from consent.grants.models import Grant
from consent.grants.queries import locked
from consent.scope import GrantState
from consent.uses.models import Use
from consent.uses.states import UseState

_IN_FORCE = frozenset({GrantState.ACTIVE, GrantState.EXHAUSTED})


def use_of(subject: str) -> Use | None:
    """The use that ``subject`` is (``work:8Z0K3…``); None where nobody said that it shows anybody real."""
    return Use.objects.select_related("owner").filter(subject=subject).first()


def grants_of(use: Use) -> list[Grant]:
    """The grants that the people in ``use`` were matched with, locked for the rest of the transaction."""
    return locked(each.grant_id for each in use.people.all() if each.grant_id is not None)


def lock(use: Use) -> None:
    """Lock ``use``, and read it anew. Grants are always locked before uses."""
    use.refresh_from_db(from_queryset=Use.objects.select_for_update())


def standing_under(grant: Grant) -> list[Use]:
    """Whatever was not removed of ``grant`` or of one that it renews, locked, always in the same order."""
    found = Use.objects.filter(people__grant__in=_with_renewed(grant)).exclude(state=UseState.REMOVED)
    chosen = Use.objects.select_for_update(of=("self",)).filter(pk__in=found.values("pk")).order_by("pk")
    return list(chosen.select_related("owner"))


def stands(grant: Grant) -> bool:
    """Whether what was made of ``grant`` may stay: it is in force, or used up, or one that renews it is."""
    if grant.state == GrantState.SUPERSEDED:
        return any(map(stands, grant.renewals.all()))
    return GrantState(grant.state) in _IN_FORCE


def _with_renewed(grant: Grant) -> Iterable[Grant]:
    """``grant``, the one that it renews, and so on."""
    link: Grant | None = grant
    while link is not None:
        yield link
        link = link.renews
