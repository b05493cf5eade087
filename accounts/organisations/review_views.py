"""Pages of the staff who decide on organisations."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access.declare import requires
from accounts.access.permissions import Permission
from accounts.identity.queries import level_of
from accounts.identity.wording import describe
from accounts.organisations import queries, services
from accounts.organisations.forms import ReasonForm
from accounts.organisations.models import Organisation
from accounts.organisations.states import OrganisationState
from accounts.organisations.wording import describe_state
from accounts.proposals.pages import of_others
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from accounts.users.requests import SignedInRequest

PAGE_SIZE = 25


@requires(Permission.REVIEW_IDENTITIES)
@never_cache
@require_safe
def waiting(request: SignedInRequest) -> HttpResponse:
    """Organisations that wait, oldest first."""
    found = Paginator(queries.queue(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/organisations/review/queue.html", {"page": found})


@requires(Permission.REVIEW_IDENTITIES)
@never_cache
@require_safe
@of_others
def organisation(request: SignedInRequest, organisation_pk: int) -> HttpResponse:
    """One organisation, and how far its representative was checked."""
    found = queries.organisation_for_review(organisation_pk)
    services.require_impartial(request.user, found)
    context = {
        "organisation": found,
        "state": describe_state(found.state),
        "level_description": describe(level_of(found.representative)),
        "is_waiting": found.state == OrganisationState.PENDING,
        "is_verified": found.state == OrganisationState.VERIFIED,
        "form": ReasonForm(),
    }
    return render(request, "accounts/organisations/review/organisation.html", context)


@requires(Permission.REVIEW_IDENTITIES)
@require_POST
def approve(request: SignedInRequest, organisation_pk: int) -> HttpResponse:
    """Accept an organisation."""
    return _decide(
        request, organisation_pk, _("The organisation is accepted."),
        lambda found: services.approve(by=request.user, organisation=found),
    )  # fmt: skip


@requires(Permission.REVIEW_IDENTITIES)
@require_POST
def reject(request: SignedInRequest, organisation_pk: int) -> HttpResponse:
    """Turn an organisation down with the reason that was written."""
    reason = request.POST.get("reason", "")
    return _decide(
        request, organisation_pk, _("The organisation is turned down."),
        lambda found: services.reject(by=request.user, organisation=found, reason=reason),
    )  # fmt: skip


@requires(Permission.REVIEW_IDENTITIES)
@require_POST
def end(request: SignedInRequest, organisation_pk: int) -> HttpResponse:
    """End an accepted organisation and its mandates."""
    reason = request.POST.get("reason", "")
    return _decide(
        request, organisation_pk, _("The organisation is ended, and its mandates with it."),
        lambda found: services.end_by_staff(by=request.user, organisation=found, reason=reason),
    )  # fmt: skip


def _decide(
    request: SignedInRequest, pk: int, success: str, decide: Callable[[Organisation], Organisation]
) -> HttpResponse:
    try:
        decide(queries.organisation_for_review(pk))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("organisation_review:organisation", pk)
    messages.success(request, success)
    return redirect("organisation_review:queue")
