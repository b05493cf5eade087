"""Pages of one's own account."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access.declare import View, public, signed_in
from accounts.identity.queries import latest_claim_of, level_of
from accounts.identity.wording import describe
from accounts.refusals import Refusal
from accounts.users import agreement_text, services
from accounts.users.forms import AcceptanceForm
from accounts.users.models import User
from accounts.users.promise import promised_at
from accounts.users.queries import current_agreement, latest_acceptance_of, must_accept
from accounts.users.requests import SignedInRequest

# Asks for the password, a code or a passkey once more; the answer holds for five minutes.
reauthenticated: Callable[[View], View] = reauthentication_required


@signed_in
@require_GET
def profile(request: SignedInRequest) -> HttpResponse:
    """Who one is here: address, public id, how far the name was checked, the agreement, and the way to each."""
    user = request.user
    context = {
        "claim": latest_claim_of(user),
        "level_description": describe(level_of(user)),
        "acceptance": latest_acceptance_of(user),
        "agreement_due": must_accept(user),
    }
    return render(request, "accounts/users/profile.html", context)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: HttpRequest) -> HttpResponse:
    """The agreement in force for anybody to read, and for accounts to accept."""
    current = current_agreement()
    if current is None:
        raise Http404("No agreement has been published yet.")
    due = must_accept(request.user) if request.user.is_authenticated else None
    form = AcceptanceForm(request.POST or None, initial={"version": current.version})
    if request.method == "POST" and request.user.is_authenticated and form.is_valid():
        return _accept(request, request.user, form.cleaned_data["version"])
    context = {
        "agreement": current,
        "due": due,
        "form": form,
        **agreement_text.laid_out(current, get_language() or ""),
    }
    return render(request, "accounts/users/agreement.html", context)


@signed_in
@require_POST
def sign_out_everywhere(request: SignedInRequest) -> HttpResponse:
    """End every session of the account, this one too."""
    services.end_all_sessions(by=request.user)
    logout(request)
    messages.success(request, _("You are signed out on every device."))
    return redirect("account_login")


@signed_in
@reauthenticated
@require_http_methods(["GET", "POST"])
def delete_account(request: SignedInRequest) -> HttpResponse:
    """Say what deletion means and on which day it happens; on POST, request it."""
    if request.method == "POST":
        return _requested(request, delete=True)
    promised = promised_at(request.user.deletion_requested_at or timezone.now())
    return render(request, "accounts/users/delete_account.html", {"promised": promised})


@signed_in
@require_POST
def keep_account(request: SignedInRequest) -> HttpResponse:
    """Take the request for deletion back."""
    return _requested(request, delete=False)


def _accept(request: HttpRequest, user: User, version: int) -> HttpResponse:
    try:
        services.accept_agreement(by=user, version=version)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("me:agreement")
    messages.success(request, _("You have accepted the user agreement."))
    target = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return redirect(target)
    return redirect("me:profile")


def _requested(request: SignedInRequest, *, delete: bool) -> HttpResponse:
    act = services.request_deletion if delete else services.cancel_deletion
    try:
        act(by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(
            request,
            _("The deletion of your account is requested.") if delete else _("Your account stays."),
        )
    return redirect("me:delete_account" if delete else "me:profile")
