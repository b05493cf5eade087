"""Pages of one's own likeness: who asked, what one granted, what is made of it, and how to end it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access.declare import signed_in
from accounts.refusals import Refusal
from accounts.users.requests import SignedInRequest
from consent.answers.restoring import restored_until
from consent.blocking.services import blocks_of, unblock
from consent.grants.evidence import is_damaged
from consent.grants.queries import as_granted, seen_by
from consent.guardians.contesting import contest
from consent.likeness import queries
from consent.likeness.exporting import export_of
from consent.likeness.wording import GRANT_STATES, USE_STATES, event_words
from consent.statements.queries import to_say
from consent.withdrawal.keeping import evidence_until
from consent.withdrawal.services import withdraw, withdraw_all
from consent.wording import clauses_of

PAGE_SIZE = 20


@signed_in
@require_safe
def page(request: SignedInRequest) -> HttpResponse:
    """Requests that wait, everything granted, and the way to end it."""
    user = request.user
    grants = Paginator(seen_by(user), PAGE_SIZE).get_page(request.GET.get("page"))
    held = queries.held(user, grants.object_list)
    context = {
        "waiting": Paginator(queries.waiting_for(user), PAGE_SIZE).get_page(request.GET.get("waiting")),
        "to_say": to_say(user, timezone.now()),
        "grants": grants,
        "shown": [(GRANT_STATES[each.grant.state], each) for each in held],
        "blocks": blocks_of(user),
        "standing": queries.standing_of(user).count(),
        "live": queries.live_of(user),
    }
    return render(request, "consent/likeness/page.html", context)


@signed_in
@require_safe
def grant(request: SignedInRequest, grant_reference: UUID) -> HttpResponse:
    """One grant: its clauses, what is made of it, its history, and its end."""
    held = queries.grant_for(request.user, grant_reference)
    context = {
        "held": held,
        "state": GRANT_STATES[held.grant.state],
        "kept_until": evidence_until(held.grant)
        if held.grant.ended_at and not held.grant.emptied_at
        else None,
        "restored_until": restored_until(request.user, held.grant),
        "is_damaged": is_damaged(held.grant),
        # As many files as were agreed to, not as are left of them.
        "clauses": clauses_of(replace(as_granted(held.grant), consumed=0)),
        "uses": [(USE_STATES[use.state], use) for use in held.uses],
        "receipts": queries.receipts_of(request.user, held.grant),
        "history": [(event_words(each.event), each) for each in queries.history_of(held.grant.log_subject)],
    }
    return render(request, "consent/likeness/grant.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: SignedInRequest, grant_reference: UUID) -> HttpResponse:
    """Say what withdrawing does; on POST, withdraw. A second time changes nothing."""
    if request.method != "POST":
        held = queries.grant_for(request.user, grant_reference)
        return render(request, "consent/likeness/withdraw.html", {"standing": 1, "held": held})
    try:
        withdraw(by=request.user, grant=queries.bare_grant_for(request.user, grant_reference))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Withdrawn. What was online under this consent is off."))
    return redirect("likeness:grant", grant_reference)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: SignedInRequest, grant_reference: UUID) -> HttpResponse:
    """Say what contesting does; on POST, let the grant rest that the other guardian of one's child gave."""
    held = queries.grant_for(request.user, grant_reference)
    if not held.may_contest:
        return redirect("likeness:grant", grant_reference)
    if request.method != "POST":
        return render(request, "consent/likeness/contest.html", {"held": held})
    try:
        contest(by=request.user, grant=held.grant)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(
            request, _("It rests. What was online under this consent is off until it is settled.")
        )
    return redirect("likeness:grant", grant_reference)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def end_all(request: SignedInRequest) -> HttpResponse:
    """The same for everything that one ever granted, for oneself or for a child, and that still stands."""
    if request.method != "POST":
        context = {"standing": queries.standing_of(request.user).count(), "held": None}
        return render(request, "consent/likeness/withdraw.html", context)
    ended = withdraw_all(by=request.user)
    sentence = ngettext("%(count)d consent is withdrawn.", "%(count)d consents are withdrawn.", ended)
    messages.success(request, sentence % {"count": ended})
    return redirect("likeness:page")


@signed_in
@require_POST
def let_ask_again(request: SignedInRequest, block: int) -> HttpResponse:
    """Unblock a requester. A second time changes nothing, and blocks of others stay."""
    found = blocks_of(request.user).filter(pk=block).first()
    if found is not None:
        unblock(by=request.user, block=found)
        messages.success(request, _("This requester can ask you again."))
    return redirect("likeness:page")


@signed_in
@require_safe
def export(request: SignedInRequest) -> HttpResponse:
    """Everything as one JSON file."""
    now = timezone.now()
    response = JsonResponse(
        export_of(request.user, now), json_dumps_params={"indent": 1, "ensure_ascii": False}
    )
    day = timezone.localdate(now).isoformat()
    response["Content-Disposition"] = f'attachment; filename="likeness-{day}.json"'
    response["Cache-Control"] = "private, no-store"
    return response
