"""Pages of the staff who decide about accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access.declare import requires
from accounts.access.permissions import Permission
from accounts.proposals.pages import of_others, tried
from accounts.proposals.stakes import holders_of
from accounts.refusals import Refusal
from accounts.sanctions import services
from accounts.sanctions.forms import AccountForm, SanctionForm
from accounts.sanctions.queries import (
    account_for_desk,
    in_force,
    sanction_for_desk,
    sanctions_of,
    waiting_for,
)
from accounts.sanctions.showing import described
from accounts.sanctions.states import SanctionState

if TYPE_CHECKING:
    from accounts.users.models import User
    from accounts.users.requests import SignedInRequest

MOST_SHOWN = 100


@requires(Permission.IMPOSE_SANCTIONS)
@never_cache
@require_safe
def accounts(request: SignedInRequest) -> HttpResponse:
    """Find an account by its producer id; what waits for a second person, and what is in force."""
    form = AccountForm(request.GET or None)
    if form.is_bound and form.is_valid():
        return redirect("sanctions:account", form.cleaned_data["producer_id"])
    now = timezone.now()
    context = {
        "form": form,
        "waiting": [described(each, now) for each in waiting_for(request.user)[:MOST_SHOWN]],
        "in_force": [described(each, now) for each in in_force(now).select_related("user")[:MOST_SHOWN]],
    }
    return render(request, "accounts/sanctions/desk/accounts.html", context)


@requires(Permission.IMPOSE_SANCTIONS)
@never_cache
@require_safe
@of_others
def account(request: SignedInRequest, producer_id: str) -> HttpResponse:
    """One account: the history of its sanctions, and the form for another. What one has a stake in is left out."""
    return _page(request, _account(request, producer_id), SanctionForm())


@requires(Permission.IMPOSE_SANCTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@of_others
def impose(request: SignedInRequest, producer_id: str) -> HttpResponse:
    """Impose a sanction, or propose one that two have to decide."""
    user = _account(request, producer_id)
    if request.method != "POST":
        return redirect("sanctions:account", user.producer_id)
    form = SanctionForm(request.POST)
    if not form.is_valid():
        return _page(request, user, form, status=400)
    said = form.cleaned_data
    try:
        sanction = services.impose(
            by=request.user,
            user=user,
            step=said["step"],
            functions=said["functions"],
            days=said["days"],
            about=said["about"],
            reasons=form.reasons(),
        )
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, user, form, status=refusal.status)
    is_proposed = sanction.state == SanctionState.PROPOSED
    messages.success(
        request,
        _("Proposed: somebody else has to confirm it.") if is_proposed else _("The sanction is in force."),
    )
    return redirect("sanctions:account", user.producer_id)


@requires(Permission.IMPOSE_SANCTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@of_others
def confirm(request: SignedInRequest, producer_id: str, sanction: UUID) -> HttpResponse:
    """Bring somebody else's proposal into force."""
    return _do(request, producer_id, sanction, services.confirm)


@requires(Permission.IMPOSE_SANCTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@of_others
def decline(request: SignedInRequest, producer_id: str, sanction: UUID) -> HttpResponse:
    """Turn somebody else's proposal down."""
    return _do(request, producer_id, sanction, services.decline)


@requires(Permission.IMPOSE_SANCTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@of_others
def withdraw(request: SignedInRequest, producer_id: str, sanction: UUID) -> HttpResponse:
    """Take back what one proposed oneself."""
    return _do(request, producer_id, sanction, services.withdraw)


@requires(Permission.IMPOSE_SANCTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
@of_others
def lift(request: SignedInRequest, producer_id: str, sanction: UUID) -> HttpResponse:
    """End a sanction before its time."""
    return _do(request, producer_id, sanction, services.lift)


def _account(request: SignedInRequest, producer_id: str) -> User:
    """An account of others. Raises Http404 where there is none, and Stake for one's own."""
    found = account_for_desk(producer_id)
    services.require_impartial(request.user, found)
    return found


def _do(request: SignedInRequest, producer_id: str, pk: UUID, act: Callable[..., None]) -> HttpResponse:
    user = _account(request, producer_id)
    found = sanction_for_desk(user, pk)
    if request.method == "POST":
        tried(request, lambda: act(by=request.user, sanction=found))
    return redirect("sanctions:account", user.producer_id)


def _page(request: SignedInRequest, user: User, form: SanctionForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    shown = [each for each in sanctions_of(user) if request.user.pk not in holders_of(each.about)]
    rows = [_row(described(each, now), request.user) for each in shown]
    context = {"account": user, "sanctions": rows, "form": form}
    return render(request, "accounts/sanctions/desk/account.html", context, status=status)


def _row(shown: dict[str, Any], reader: User) -> dict[str, Any]:
    sanction = shown["sanction"]
    return {
        **shown,
        "is_waiting": sanction.state == SanctionState.PROPOSED,
        "is_own_proposal": sanction.proposed_by_id == reader.pk,
    }
