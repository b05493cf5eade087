"""Reading uses, and who stands behind them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from accounts.prepared import Prepared
from consent.grants.models import Grant
from consent.grants.queries import locked
from consent.scope import GrantState, LabelStrength
from consent.scope import Use as Terms
from consent.scope.documents import read_scope, read_use
from consent.uses.models import DepictedPerson, Use
from consent.uses.states import UseState

IN_FORCE = frozenset({GrantState.ACTIVE, GrantState.EXHAUSTED})
"""States of a grant in which what was made of it may stay."""


def use_of(subject: str) -> Use | None:
    """The use that ``subject`` is (``work:8Z0K3…``); None where nobody said that it shows anybody real."""
    return Use.objects.select_related("owner").filter(subject=subject).first()


def terms_of(subject: str) -> Terms | None:
    """What the use that ``subject`` is is for, with nobody in it; None where nobody said that it shows anybody real."""
    return next((read_use(terms, None) for (terms,) in _TERMS.rows(subject=subject)), None)


def _terms(subject: str) -> QuerySet[Use, tuple[object]]:
    return Use.objects.filter(subject=subject).values_list("terms")


_TERMS = Prepared(_terms)


def people_of(subject: str) -> frozenset[int]:
    """The accounts of those who are shown in the use that ``subject`` is, as far as they were ever matched with a grant."""
    named = DepictedPerson.objects.filter(use__subject=subject, grant__isnull=False)
    return frozenset(named.values_list("grant__person", flat=True))


def grants_of(use: Use) -> list[Grant]:
    """The grants that the people in ``use`` were matched with, locked for the rest of the transaction."""
    return locked(each.grant_id for each in use.people.all() if each.grant_id is not None)


def lock(use: Use) -> None:
    """Lock ``use``, and read it anew. Grants are always locked before uses."""
    use.refresh_from_db(from_queryset=Use.objects.select_for_update())


def may_be_unlabelled(use: Use) -> bool:
    """Whether everybody in ``use`` granted it without a visible label. Who granted nothing did not."""
    people = list(use.people.select_related("grant"))
    scopes = [read_scope(each.grant.scope) for each in people if each.grant is not None]
    is_everybody = bool(people) and len(scopes) == len(people)
    return is_everybody and all(each.label is LabelStrength.IMPLICIT for each in scopes)


def standing_under(*grants: Grant) -> list[Use]:
    """Whatever was not removed of ``grants`` or of those that they renew, locked, always in the same order."""
    chains = {each.pk for grant in grants for each in with_renewed(grant)}
    found = Use.objects.filter(people__grant__in=chains).exclude(state=UseState.REMOVED)
    chosen = Use.objects.select_for_update(of=("self",)).filter(pk__in=found.values("pk")).order_by("pk")
    return list(chosen.select_related("owner"))


def stands(grant: Grant, now: datetime | None = None) -> bool:
    """Whether what was made of ``grant`` may stay: it is in force, or used up, or one that renews it is; with ``now``, and not over.

    Renewals that lead back to where they began lead nowhere.
    """
    seen, following = {grant.pk}, [grant]
    while following:
        if any(_is_in_force(each, now) for each in following):
            return True
        superseded = [each.pk for each in following if each.state == GrantState.SUPERSEDED]
        following = (
            list(Grant.objects.filter(renews__in=superseded).exclude(pk__in=seen)) if superseded else []
        )
        seen.update(each.pk for each in following)
    return False


def _is_in_force(grant: Grant, now: datetime | None) -> bool:
    return grant.state in IN_FORCE and (now is None or now < grant.ends_at)


def with_renewed(grant: Grant) -> list[Grant]:
    """``grant``, the one that it renews, and so on; each once, where a damaged row leads back."""
    chain = [grant]
    while (renewed := chain[-1].renews) is not None and renewed not in chain:
        chain.append(renewed)
    return chain


def with_shared(grant: Grant) -> Grant:
    """``grant``, locked with the grants of everybody in its uses, in the order in which everybody locks them."""
    uses = Use.objects.filter(people__grant__in=with_renewed(grant))
    shared = DepictedPerson.objects.filter(use__in=uses, grant__isnull=False).values_list("grant", flat=True)
    return next(each for each in locked({grant.pk, *shared}) if each.pk == grant.pk)
