"""The page where one gives one's real name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access.declare import signed_in
from accounts.identity import services, wording
from accounts.identity.ages import lacks_birth_date
from accounts.identity.forms import ClaimForm
from accounts.identity.models import IdentityClaim
from accounts.identity.providers import registry
from accounts.identity.queries import latest_claim_of, level_of
from accounts.identity.states import OPEN, ClaimState
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from accounts.users.requests import SignedInRequest


@signed_in
@never_cache
@sensitive_post_parameters("name", "number", "birth_date")
@require_http_methods(["GET", "POST"])
def page(request: SignedInRequest) -> HttpResponse:
    """How far one's name is checked, and, where no claim is open, the form to make one."""
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _submit(request, form)
    return render(request, "accounts/identity/page.html", _context(request, form))


@signed_in
@require_POST
def withdraw(request: SignedInRequest) -> HttpResponse:
    """Take one's pending claim back."""
    try:
        services.withdraw(by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Your claim is withdrawn; name and number are erased from it."))
    return redirect("identity:page")


def _submit(request: SignedInRequest, form: ClaimForm) -> HttpResponse:
    try:
        claim = services.submit_claim(by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        _announce(request, claim)
    return redirect("identity:page")


def _announce(request: SignedInRequest, claim: IdentityClaim) -> None:
    if claim.state == ClaimState.VERIFIED:
        messages.success(request, str(wording.describe(claim.level)))
    elif claim.state == ClaimState.PENDING:
        messages.info(request, _("Your claim is waiting for the operator's staff."))
    else:
        messages.error(request, _("Your claim was not accepted."))


def _context(request: SignedInRequest, form: ClaimForm) -> dict[str, object]:
    claim = latest_claim_of(request.user)
    return {
        "claim": claim,
        "document": wording.describe_document(claim.document_type) if claim else "",
        "state": wording.describe_state(claim.state) if claim else "",
        "level_description": wording.describe(level_of(request.user)),
        "provider": registry.current().name,
        "lacks_birth_date": claim is not None and lacks_birth_date(claim),
        "form": None if claim and claim.state in OPEN else form,
    }
