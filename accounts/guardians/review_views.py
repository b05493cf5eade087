"""Pages of the staff who confirm guardians."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access.declare import requires
from accounts.access.permissions import Permission
from accounts.guardians import queries, services
from accounts.guardians.forms import TurnDownForm
from accounts.identity import services as identity
from accounts.identity import wording
from accounts.identity.queries import open_claim_of
from accounts.identity.states import ClaimState
from accounts.proposals.pages import of_others
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from accounts.users.requests import SignedInRequest


@requires(Permission.REVIEW_IDENTITIES)
@never_cache
@require_safe
def waiting(request: SignedInRequest) -> HttpResponse:
    """Guardianships that wait, oldest first."""
    return render(request, "accounts/guardians/review/queue.html", {"waiting": queries.unconfirmed()[:100]})


@requires(Permission.REVIEW_IDENTITIES)
@never_cache
@require_safe
@of_others
def guardianship(request: SignedInRequest, pk: int) -> HttpResponse:
    """One guardianship. While the child's claim waits, its name and number are shown in clear, and that is recorded."""
    found = queries.guardianship_for_review(pk)
    services.require_impartial(request.user, found)
    claim = open_claim_of(found.ward)
    is_waiting = claim is not None and claim.state == ClaimState.PENDING
    context = {
        "guardianship": found,
        "clear": identity.reveal(by=request.user, claim=claim) if claim and is_waiting else None,
        "document": wording.describe_document(claim.document_type) if claim else "",
        "others": [each.producer_id for each in queries.guardians_of(found.ward)],
        "form": TurnDownForm(),
    }
    return render(request, "accounts/guardians/review/guardianship.html", context)


@requires(Permission.REVIEW_IDENTITIES)
@require_POST
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Confirm a guardian, and with it who the child is."""
    try:
        services.confirm(by=request.user, guardianship=queries.guardianship_for_review(pk))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("guardian_review:guardianship", pk)
    messages.success(request, _("The guardian is confirmed."))
    return redirect("guardian_review:queue")


@requires(Permission.REVIEW_IDENTITIES)
@require_POST
def turn_down(request: SignedInRequest, pk: int) -> HttpResponse:
    """Turn a guardian down with the reason that was written."""
    try:
        reason = request.POST.get("reason", "")
        services.turn_down(by=request.user, guardianship=queries.guardianship_for_review(pk), reason=reason)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("guardian_review:guardianship", pk)
    messages.success(request, _("The guardian is turned down."))
    return redirect("guardian_review:queue")
