"""Pages of the staff who decide on real names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.declare import requires
from accounts.access.permissions import Permission
from accounts.identity import services, wording
from accounts.identity.claim_vault import masked_number_of
from accounts.identity.forms import RejectionForm
from accounts.identity.queries import claim_for_review, is_document_taken, queue
from accounts.identity.states import ClaimState
from accounts.proposals.pages import of_others
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from accounts.users.requests import SignedInRequest

PAGE_SIZE = 25


@requires(Permission.REVIEW_IDENTITIES)
@never_cache
@require_GET
def waiting(request: SignedInRequest) -> HttpResponse:
    """Claims that wait, oldest first, their numbers masked."""
    claims = Paginator(queue(), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        {
            "claim": claim,
            "document": wording.describe_document(claim.document_type),
            "masked_number": masked_number_of(claim),
        }
        for claim in claims
    ]
    return render(request, "accounts/identity/review/queue.html", {"page": claims, "rows": rows})


@requires(Permission.REVIEW_IDENTITIES)
@never_cache
@require_GET
@of_others
def claim(request: SignedInRequest, pk: int) -> HttpResponse:
    """One claim. While it waits, name and number are shown in clear, and that is recorded."""
    found = claim_for_review(pk)
    services.require_impartial(request.user, found)
    is_waiting = found.state == ClaimState.PENDING
    context = {
        "claim": found,
        "clear": services.reveal(by=request.user, claim=found) if is_waiting else None,
        "document": wording.describe_document(found.document_type),
        "state": wording.describe_state(found.state),
        "level_description": wording.describe(found.level),
        "is_accepted": found.state == ClaimState.VERIFIED,
        "is_taken": is_waiting and is_document_taken(found),
        "form": RejectionForm(),
    }
    return render(request, "accounts/identity/review/claim.html", context)


@requires(Permission.REVIEW_IDENTITIES)
@require_POST
def approve(request: SignedInRequest, pk: int) -> HttpResponse:
    """Accept a claim."""
    try:
        services.approve(by=request.user, claim=claim_for_review(pk))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("identity_review:claim", pk)
    messages.success(request, _("The claim is accepted."))
    return redirect("identity_review:queue")


@requires(Permission.REVIEW_IDENTITIES)
@require_POST
def reject(request: SignedInRequest, pk: int) -> HttpResponse:
    """Turn a claim down with the reason that was written."""
    try:
        services.reject(by=request.user, claim=claim_for_review(pk), reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("identity_review:claim", pk)
    messages.success(request, _("The claim is turned down; name and number are erased from it."))
    return redirect("identity_review:queue")


@requires(Permission.REVIEW_IDENTITIES)
@require_POST
def reverify(request: SignedInRequest, pk: int) -> HttpResponse:
    """End an accepted name, so that its holder must verify again (Anti-Telecom-Fraud Law Art. 22)."""
    try:
        services.reverify(by=request.user, claim=claim_for_review(pk), reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("The name is not accepted any more; its holder is told to verify again."))
    return redirect("identity_review:claim", pk)
