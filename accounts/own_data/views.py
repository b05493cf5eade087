"""A copy of all that the site holds about the one who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.access.declare import View, signed_in
from accounts.own_data import services
from accounts.own_data.models import DataCopy
from accounts.own_data.rooms import all_rooms
from accounts.refusals import Refusal
from accounts.users.requests import SignedInRequest

# Asks for the password, a code or a passkey once more; the answer holds for five minutes.
reauthenticated: Callable[[View], View] = reauthentication_required


@signed_in
@reauthenticated
@never_cache
@require_safe
def page(request: SignedInRequest) -> HttpResponse:
    """What is in a copy, how far it is, and the way to it."""
    copy = DataCopy.objects.filter(user=request.user).first()
    context = {"copy": copy, "rooms": all_rooms(), "days": services.KEPT.days}
    return render(request, "accounts/own_data/page.html", context)


@signed_in
@reauthenticated
@require_POST
def ask(request: SignedInRequest) -> HttpResponse:
    """Have a copy made."""
    try:
        services.ask(by=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("The copy is being made. You are told when it is ready."))
    return redirect("my_data:page")


@signed_in
@reauthenticated
@never_cache
@require_GET
def file(request: SignedInRequest, copy: UUID) -> HttpResponseBase:
    """Send the copy, and record that it was sent."""
    found = DataCopy.objects.filter(user=request.user, pk=copy).first()
    if found is None:
        raise Http404("no such copy")
    try:
        pieces = services.fetch(by=request.user, copy=found)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("my_data:page")
    headers = {
        "Content-Length": str(found.size),
        "Content-Disposition": f'attachment; filename="my-data-{found.pk}.zip"',
    }
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)
