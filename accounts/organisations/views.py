"""Pages of those who answer or act for organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access.declare import signed_in
from accounts.organisations import queries, services
from accounts.organisations.forms import SCOPES, MandateForm, OrganisationForm
from accounts.organisations.models import Mandate, Organisation
from accounts.organisations.states import OrganisationState, Scope, read_scopes
from accounts.organisations.wording import describe_state
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from accounts.users.requests import SignedInRequest


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def page(request: SignedInRequest) -> HttpResponse:
    """The organisations that one answers or acts for, and the form to answer for another."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _register(request, form)
    held = queries.organisations_of(request.user)
    rows = [{"organisation": each, "state": describe_state(each.state)} for each in held]
    context = {"rows": rows, "form": form, "is_person": queries.is_person(request.user)}
    return render(request, "accounts/organisations/page.html", context)


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def organisation(request: SignedInRequest, organisation_id: UUID) -> HttpResponse:
    """One organisation, its delegates, and the form to name one."""
    found = queries.organisation_for(request.user, organisation_id)
    form = MandateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _give(request, found, form)
    return render(request, "accounts/organisations/organisation.html", _context(request, found, form))


@signed_in
@require_POST
def revoke(request: SignedInRequest, organisation_id: UUID, mandate_id: UUID) -> HttpResponse:
    """Take a mandate back, or lay down one's own."""
    found = queries.organisation_for(request.user, organisation_id)
    mandate = get_object_or_404(Mandate, organisation=found, reference=mandate_id)
    try:
        services.revoke_mandate(by=request.user, mandate=mandate)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("The mandate has ended."))
    return redirect("organisations:organisation", organisation_id)


@signed_in
@require_POST
def end(request: SignedInRequest, organisation_id: UUID) -> HttpResponse:
    """Answer for an organisation no longer, with which all its mandates end."""
    found = queries.organisation_for(request.user, organisation_id)
    try:
        services.end_own(by=request.user, organisation=found)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("You no longer answer for it, and nobody acts for it."))
    return redirect("organisations:page")


def _register(request: SignedInRequest, form: OrganisationForm) -> HttpResponse:
    try:
        services.register(by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.info(request, _("The operator's staff looks at it."))
    return redirect("organisations:page")


def _give(request: SignedInRequest, found: Organisation, form: MandateForm) -> HttpResponse:
    try:
        services.give_mandate(by=request.user, organisation=found, **form.mandate())
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("The mandate is given."))
    return redirect("organisations:organisation", found.reference)


def _context(request: SignedInRequest, found: Organisation, form: MandateForm) -> dict[str, object]:
    now = timezone.now()
    may_delegate = queries.may_act(request.user, found, Scope.DELEGATE, now)
    shown = queries.mandates_of(found)
    if not may_delegate:
        shown = shown.filter(delegate=request.user)
    return {
        "organisation": found,
        "state": describe_state(found.state),
        "is_representative": found.representative_id == request.user.pk,
        "is_open": found.state in {OrganisationState.PENDING, OrganisationState.VERIFIED},
        "rows": [
            {
                "mandate": each,
                "scopes": [SCOPES[scope] for scope in sorted(read_scopes(each.scopes))],
                "is_in_force": each.revoked_at is None and each.ends_at > now,
            }
            for each in shown
        ],
        "form": form if may_delegate else None,
    }
