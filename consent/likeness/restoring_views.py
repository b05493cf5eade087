"""Pages on which a person takes a withdrawal back: what it does, the exact text, the signature."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access.declare import signed_in
from accounts.refusals import Refusal
from accounts.users.requests import SignedInRequest
from consent.answers.forms import AgreementForm
from consent.answers.restoring import ask_to_restore, restored_until, sign_to_restore
from consent.answers.signing import has_passkey
from consent.answers.views import given_in, reauthenticated, signed_page
from consent.likeness import queries


@signed_in
@never_cache
@require_safe
def restore(request: SignedInRequest, grant_reference: UUID) -> HttpResponse:
    """What taking it back does."""
    held = queries.grant_for(request.user, grant_reference)
    until = restored_until(request.user, held.grant)
    if until is None:
        return redirect("likeness:grant", grant_reference)
    context = {"held": held, "until": until, "has_passkey": has_passkey(request.user)}
    return render(request, "consent/likeness/restore.html", context)


@signed_in
@never_cache
@require_POST
@reauthenticated
def text(request: SignedInRequest, grant_reference: UUID) -> HttpResponse:
    """Show the exact text, to be signed."""
    held = queries.grant_for(request.user, grant_reference)
    try:
        question = ask_to_restore(held.grant, by=request.user, locale=get_language() or "en")
    except Refusal as refusal:
        return _refused(request, grant_reference, refusal)
    ways = {
        "agree_url": reverse("likeness:restore_sign", args=[grant_reference]),
        "back_url": reverse("likeness:grant", args=[grant_reference]),
        "back_label": gettext("What you allowed"),
    }
    return signed_page(request, question, ways)


@signed_in
@never_cache
@require_POST
@reauthenticated
def sign(request: SignedInRequest, grant_reference: UUID) -> HttpResponse:
    """Take it back by the signature."""
    held = queries.grant_for(request.user, grant_reference)
    form = AgreementForm(request.POST)
    if not form.is_valid():
        return redirect("likeness:restore", grant_reference)
    given = given_in(request, form)
    try:
        new = sign_to_restore(held.grant, by=request.user, nonce=form.question(), given=given)
    except Refusal as refusal:
        return _refused(request, grant_reference, refusal)
    messages.success(request, gettext("The withdrawal is taken back: your consent stands again."))
    return redirect("likeness:grant", new.reference)


def _refused(request: SignedInRequest, grant_reference: UUID, refusal: Refusal) -> HttpResponse:
    messages.error(request, refusal.sentence)
    return redirect("likeness:grant", grant_reference)
