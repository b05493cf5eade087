"""Pages of those who ask to open a sealed identity, and of those who approve it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access.bodies import takes_body
from accounts.access.declare import requires
from accounts.access.permissions import Permission
from accounts.elevation import pages, services
from accounts.elevation.approving import challenge_of
from accounts.elevation.contents import content_of
from accounts.elevation.forms import DOCUMENT_BYTES, AskForm, SignatureForm
from accounts.elevation.models import Elevation
from accounts.elevation.queries import concerned_in, elevation_for, elevations_for
from accounts.elevation.wording import FIELDS
from accounts.passkeys.signing import Site, options
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from accounts.users.requests import SignedInRequest

PAGE_SIZE = 25

ElevationView = Callable[..., HttpResponse]


def _posted(view: ElevationView) -> Callable[..., HttpResponseBase]:
    """A view that does something with a request. Who comes to its address without a form is led to the request's page."""

    @wraps(view)
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    def guarded(request: SignedInRequest, elevation: UUID, **more: str) -> HttpResponse:
        found = elevation_for(request.user, elevation)
        if request.method != "POST":
            return redirect("elevations:page", elevation)
        return view(request, found, **more)

    return guarded


@requires(Permission.SEE_ELEVATIONS)
@never_cache
@require_safe
def listed(request: SignedInRequest) -> HttpResponse:
    """Every request that is not about the reader, newest first."""
    page = Paginator(elevations_for(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [pages.row(each) for each in page]}
    return render(request, "accounts/elevation/list.html", context)


@takes_body(DOCUMENT_BYTES + (1 << 20))
@requires(Permission.ASK_ELEVATION)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """The form, prefilled by ``persons`` and ``about``; on POST ask."""
    if request.method != "POST":
        prefilled = {name: request.GET.get(name, "")[:48] for name in ("persons", "about")}
        return _form(request, AskForm(initial=prefilled))
    form = AskForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, status=400)
    try:
        elevation = services.ask(by=request.user, wish=form.wish())
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _form(request, form, status=refusal.status)
    messages.success(request, _("Asked. Two others have to approve it."))
    return redirect("elevations:page", elevation.reference)


@requires(Permission.SEE_ELEVATIONS)
@never_cache
@require_safe
def page(request: SignedInRequest, elevation: UUID) -> HttpResponse:
    """One request as it stands: what was asked, who approved, who looked."""
    return _page(request, elevation_for(request.user, elevation))


@requires(Permission.APPROVE_ELEVATION)
@_posted
def sign(request: SignedInRequest, found: Elevation) -> HttpResponse:
    """The exact text, to be signed by passkey."""
    locale = get_language() or "en"
    try:
        question = services.put(found, by=request.user, locale=locale)
    except Refusal as refusal:
        return _page(request, found, refusal)
    content = content_of(found)
    context = {
        "elevation": found,
        "locale": locale,
        "lines": content.texts[locale].splitlines(),
        "form": SignatureForm(initial={"nonce": bytes(question.nonce).hex()}),
        "options": json.dumps(options(request.user, challenge_of(question, content), _site(request))),
    }
    return render(request, "accounts/elevation/sign.html", context)


@requires(Permission.APPROVE_ELEVATION)
@_posted
def approve(request: SignedInRequest, found: Elevation) -> HttpResponse:
    """Take a signature."""
    form = SignatureForm(request.POST)
    if not form.is_valid():
        return _page(request, found, status=400)
    signed = {"nonce": bytes.fromhex(form.cleaned_data["nonce"]), "assertion": form.cleaned_data["assertion"]}

    def approve_signed() -> object:
        return services.approve(found, by=request.user, site=_site(request), **signed)

    return _done(request, found, approve_signed, _("You have approved it."))


@requires(Permission.APPROVE_ELEVATION)
@_posted
def refuse(request: SignedInRequest, found: Elevation) -> HttpResponse:
    """Say no."""
    return _done(request, found, lambda: services.refuse(found, by=request.user), _("You have refused it."))


@requires(Permission.ASK_ELEVATION)
@_posted
def cancel(request: SignedInRequest, found: Elevation) -> HttpResponse:
    """Take one's own request back."""
    return _done(request, found, lambda: services.cancel(found, by=request.user), _("Taken back."))


@requires(Permission.ASK_ELEVATION)
@_posted
def close(request: SignedInRequest, found: Elevation) -> HttpResponse:
    """Shut the window before its time."""
    return _done(
        request,
        found,
        lambda: services.close(found, by=request.user),
        _("Closed. Nothing of it can be read any more."),
    )


@requires(Permission.APPROVE_ELEVATION)
@_posted
def tell(request: SignedInRequest, found: Elevation) -> HttpResponse:
    """Let the persons be told before the day of the review."""
    return _done(
        request,
        found,
        lambda: services.end_gag(found, by=request.user),
        _("They are told as soon as it is closed."),
    )


@requires(Permission.ASK_ELEVATION)
@_posted
def look(request: SignedInRequest, found: Elevation, producer_id: str) -> HttpResponse:
    """What was opened of one person, under the viewer's own number. That it was looked at is recorded."""
    concerned = concerned_in(found, producer_id)
    try:
        values = services.view(concerned, by=request.user)
    except Refusal as refusal:
        found.refresh_from_db()
        return _page(request, found, refusal)
    context = {
        "elevation": found,
        "concerned": concerned,
        "values": [(FIELDS[field], value) for field, value in values.items()],
        "viewed_at": timezone.now(),
        "marks": range(pages.MARKS),
    }
    return render(request, "accounts/elevation/look.html", context)


def _done(request: SignedInRequest, found: Elevation, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        return _page(request, found, refusal)
    messages.success(request, said)
    return redirect("elevations:page", found.reference)


def _form(request: SignedInRequest, form: AskForm, *, status: int = 200) -> HttpResponse:
    return render(request, "accounts/elevation/new.html", {"form": form}, status=status)


def _page(
    request: SignedInRequest, found: Elevation, refusal: Refusal | None = None, *, status: int = 200
) -> HttpResponse:
    found.refresh_from_db()
    context: dict[str, Any] = pages.described_to(request.user, found)
    context["refusal"] = refusal.sentence if refusal else ""
    return render(
        request, "accounts/elevation/page.html", context, status=refusal.status if refusal else status
    )


def _site(request: SignedInRequest) -> Site:
    """This site under the name that the browser asked: one of ``ALLOWED_HOSTS``."""
    return Site(f"{request.scheme}://{request.get_host()}")
