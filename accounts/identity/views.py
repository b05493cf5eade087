"""The page where one gives one's real name."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access.declare import signed_in
from accounts.access.senders import sender_of
from accounts.identity import services, visiting, wording
from accounts.identity.ages import lacks_birth_date
from accounts.identity.forms import ClaimForm
from accounts.identity.models import IdentityClaim
from accounts.identity.providers import registry
from accounts.identity.queries import (
    is_being_asked,
    latest_claim_of,
    level_of,
    open_claim_of,
    open_question_of,
)
from accounts.identity.questions import give_up
from accounts.identity.states import OPEN, ClaimState, QuestionState
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from accounts.users.requests import SignedInRequest


@signed_in
@never_cache
@sensitive_post_parameters("name", "number", "birth_date", "phone")
@require_http_methods(["GET", "POST"])
def page(request: SignedInRequest) -> HttpResponse:
    """How far one's name is checked, and, where no claim is open, the form to make one."""
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _submit(request, form)
    return render(request, "accounts/identity/page.html", _context(request, form))


@signed_in
@never_cache
@sensitive_post_parameters("name", "number", "birth_date", "phone")
@require_http_methods(["GET", "POST"])
def renew(request: SignedInRequest) -> HttpResponse:
    """The form to give another document or name, for whoever is verified and has no claim that waits."""
    held = open_claim_of(request.user)
    if held is None or held.state != ClaimState.VERIFIED:
        return redirect("identity:page")
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _submit(request, form, is_renewal=True)
    return render(request, "accounts/identity/renew.html", {"claim": held, "form": form})


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


@signed_in
@never_cache
@require_POST
def leave(request: SignedInRequest) -> HttpResponse:
    """Say where one is sent, with the link that leads there."""
    try:
        address = visiting.leave(by=request.user, network=_network(request))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("identity:page")
    context = {"address": address, "host": urlsplit(address).netloc}
    return render(request, "accounts/identity/leave.html", context)


@signed_in
@never_cache
@require_GET
def back(request: SignedInRequest) -> HttpResponse:
    """Where a provider sends people back to, with a code or without."""
    given, state = request.GET, request.GET.get("state", "")
    if "error" in given and give_up(request.user, state):
        messages.info(request, _("You came back without an answer: nothing was checked."))
        return redirect("identity:page")
    try:
        visiting.come_back(
            by=request.user, state=state, code=given.get("code", ""), issuer=given.get("iss", "")
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.info(
            request,
            _("You are back. The provider's answer is being fetched; load this page again in a moment."),
        )
    return redirect("identity:page")


def _network(request: SignedInRequest) -> bytes:
    return bytes.fromhex(sender_of(request))


def _submit(request: SignedInRequest, form: ClaimForm, *, is_renewal: bool = False) -> HttpResponse:
    facts = {**form.cleaned_data, "network": _network(request), "is_renewal": is_renewal}
    try:
        claim = services.submit_claim(by=request.user, **facts)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        _announce(request, claim)
    return redirect("identity:page")


def _announce(request: SignedInRequest, claim: IdentityClaim) -> None:
    if is_being_asked(claim):
        messages.info(request, _("Your claim is being checked; load this page again in a moment."))
    else:
        messages.info(request, _("Your claim is waiting for the operator's staff."))


def _context(request: SignedInRequest, form: ClaimForm) -> dict[str, object]:
    claim, question = latest_claim_of(request.user), open_question_of(request.user)
    return {
        "claim": claim,
        "document": wording.describe_document(claim.document_type) if claim else "",
        "state": wording.describe_state(claim.state) if claim else "",
        "level_description": wording.describe(level_of(request.user)),
        "provider": registry.current().name,
        "is_outside": registry.current().is_outside,
        "visited": registry.visited(),
        "question": question,
        "is_asked_now": question is not None
        and question.state == QuestionState.WAITING
        and question.attempts < 2,
        "lacks_birth_date": claim is not None and lacks_birth_date(claim),
        "form": None if claim and claim.state in OPEN else form,
    }
