"""The page on which machines get access to an account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access.declare import signed_in
from accounts.api import services
from accounts.api.forms import ClientForm
from accounts.api.queries import clients_of
from accounts.api.tokens import ENDPOINT, SCOPES
from accounts.identity.decorators import verified
from accounts.identity.queries import is_verified
from accounts.refusals import Refusal
from accounts.users.requests import SignedInRequest


@signed_in
@require_GET
def clients(request: SignedInRequest) -> HttpResponse:
    """The clients of the account, and the way to a new one."""
    return _page(request, ClientForm())


@verified
@never_cache
@require_POST
def create(request: SignedInRequest) -> HttpResponse:
    """Make a client and show its secret, this once: it is in no redirect, no cache and no session."""
    form = ClientForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        new = services.create_client(by=request.user, name=form.cleaned_data["name"])
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, form, status=refusal.status)
    return _page(request, ClientForm(), new=new)


@signed_in
@require_POST
def revoke(request: SignedInRequest, client_id: str) -> HttpResponse:
    """End a client."""
    services.revoke_client(by=request.user, client_id=client_id)
    messages.success(request, _("The client is revoked. Its tokens no longer work."))
    return redirect("api_access:list")


def _page(
    request: SignedInRequest, form: ClientForm, *, new: services.NewClient | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "clients": clients_of(request.user),
        "form": form,
        "new": new,
        "may_create": is_verified(request.user),
        "scopes": SCOPES.items(),
        "token_url": request.build_absolute_uri(ENDPOINT),
    }
    return render(request, "accounts/api/clients.html", context, status=status)
