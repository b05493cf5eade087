"""Reading organisations and mandates."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.identity.documents import DocumentType
from accounts.identity.queries import verified_claim_of
from accounts.organisations.models import Mandate, Organisation
from accounts.organisations.states import OrganisationState, Scope, read_scopes
from accounts.users.models import User


def organisations_of(user: User) -> QuerySet[Organisation]:
    """What ``user`` answers for, and what they may act for or once might, newest first."""
    theirs = Q(representative=user) | Q(mandates__delegate=user)
    return Organisation.objects.filter(theirs).distinct().order_by("-submitted_at", "-pk")


def organisation_for(user: User, reference: UUID) -> Organisation:
    """An organisation that ``user`` answers or acts for. Raises Http404 for any other."""
    found = organisations_of(user).filter(reference=reference).first()
    if found is None:
        raise Http404("no such organisation")
    return found


def mandates_of(organisation: Organisation) -> QuerySet[Mandate]:
    """All mandates there ever were, newest first."""
    return organisation.mandates.select_related("delegate", "given_by").order_by("-begins_at", "-pk")


def queue() -> QuerySet[Organisation]:
    """Organisations that wait for a decision, oldest first."""
    waiting = Organisation.objects.filter(state=OrganisationState.PENDING)
    return waiting.select_related("representative").order_by("submitted_at", "pk")


def organisation_for_review(pk: int) -> Organisation:
    """Any organisation, for a holder of the review permission. Raises Http404 where there is none."""
    found = Organisation.objects.select_related("representative", "decided_by").filter(pk=pk).first()
    if found is None:
        raise Http404(f"There is no organisation {pk}.")
    return found


def is_person(user: User) -> bool:
    """Whether ``user`` is verified as a person, not as an organisation, and the account is open."""
    claim = verified_claim_of(user)
    return user.is_active and claim is not None and claim.document_type != DocumentType.ORGANISATION


def mandate_in_force(user: User, organisation: Organisation, scope: Scope, now: datetime) -> Mandate | None:
    """The mandate under which ``user`` may do what ``scope`` names at ``now``; None where there is none."""
    held = Mandate.objects.filter(
        organisation=organisation, delegate=user, revoked_at__isnull=True, begins_at__lte=now, ends_at__gt=now
    ).first()
    return held if held is not None and scope in read_scopes(held.scopes) else None


def may_act(user: User, organisation: Organisation, scope: Scope, now: datetime) -> bool:
    """Whether ``user`` may act for ``organisation`` at ``now``: read from the database, so that an end holds at once.

    The organisation, its representative and whoever acts must all be verified at that moment.
    """
    current = (
        Organisation.objects.select_related("representative")
        .filter(pk=organisation.pk, state=OrganisationState.VERIFIED)
        .first()
    )
    if current is None or not is_person(current.representative):
        return False
    if user == current.representative:
        return True
    return is_person(user) and mandate_in_force(user, current, scope, now) is not None


def may_act_for(user: User, scope: Scope, now: datetime) -> list[Organisation]:
    """The organisations for which ``user`` may do at ``now`` what ``scope`` names."""
    verified = organisations_of(user).filter(state=OrganisationState.VERIFIED)
    return [each for each in verified if may_act(user, each, scope, now)]
