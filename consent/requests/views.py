"""A requester's pages: their requests, what became of each as far as they may know, and a new one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access.declare import public, signed_in
from accounts.identity.decorators import verified
from accounts.refusals import Refusal
from accounts.sanctions.gate import performs
from accounts.sanctions.states import Function
from accounts.users.requests import SignedInRequest
from consent import wording
from consent.contacts.services import address_of
from consent.grants.models import Grant
from consent.receipts.queries import receipts_for
from consent.requests import services
from consent.requests.clause_meanings import MEANINGS as CLAUSE_MEANINGS
from consent.requests.clauses import PROOFS, proof_for, rows_of
from consent.requests.forms import EditForm, RequestForm, initial_of
from consent.requests.models import Request
from consent.requests.names import name_of
from consent.requests.offers import stands_until
from consent.requests.queries import request_for, requests_of, shown_as, shown_of
from consent.requests.shown_words import MEANINGS, SHOWN, TONES
from consent.requests.states import Shown
from consent.requests.templates import TEMPLATES, scope_of, template_of
from consent.scope import CLAUSES, Proof
from consent.scope.documents import read_scope

PAGE_SIZE = 24


@signed_in
@require_GET
def requests(request: SignedInRequest) -> HttpResponse:
    """My requests, newest first; ``?shown=`` leaves those of one state."""
    now = timezone.now()
    asked = requests_of(request.user)
    chosen = request.GET.get("shown", "")
    if chosen in set(Shown):
        asked = asked.filter(shown_as(Shown(chosen))(now))
    page = Paginator(asked, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(each, now) for each in page],
        "shelves": [(each.value, SHOWN[each]) for each in Shown],
        "chosen": chosen,
        "query": f"shown={chosen}" if chosen in set(Shown) else "",
    }
    return render(request, "consent/requests/list.html", context)


@verified
@performs(Function.REQUEST_CONSENT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Choose a common use, change its clauses, and keep it as a draft."""
    template = template_of(request.GET.get("use", ""))
    if request.method == "POST":
        return _drafted(request)
    if template is None:
        return render(request, "consent/requests/uses.html", {"templates": TEMPLATES})
    scope = scope_of(template, grantee=request.user.producer_id, now=timezone.now())
    context = {"form": RequestForm(initial=initial_of(scope)), "template": template}
    return render(request, "consent/requests/new.html", context)


@signed_in
@require_GET
def detail(request: SignedInRequest, request_reference: UUID) -> HttpResponse:
    """One request: every clause in words, what became of it, and what may be done with it."""
    asked = request_for(request.user, request_reference)
    return render(request, "consent/requests/detail.html", _describe(asked, timezone.now()))


@verified
@performs(Function.REQUEST_CONSENT)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, request_reference: UUID) -> HttpResponse:
    """Ask for something else instead: the new version is sent, and the old link leads nowhere."""
    asked = request_for(request.user, request_reference)
    if request.method == "POST":
        return _edited(request, asked)
    initial = {**initial_of(read_scope(asked.scope)), "name": name_of(asked)}
    return render(request, "consent/requests/edit.html", {"form": EditForm(initial=initial), "asked": asked})


@signed_in
@performs(Function.REQUEST_CONSENT)
@require_POST
def send(request: SignedInRequest, request_reference: UUID) -> HttpResponse:
    """Send a draft."""
    return _done(request, request_reference, services.send, _("The request is sent."))


@signed_in
@performs(Function.REQUEST_CONSENT)
@require_POST
def remind(request: SignedInRequest, request_reference: UUID) -> HttpResponse:
    """Remind the person."""
    return _done(request, request_reference, services.remind, _("The reminder is sent."))


@signed_in
@require_POST
def cancel(request: SignedInRequest, request_reference: UUID) -> HttpResponse:
    """Take a request back."""
    return _done(request, request_reference, services.cancel, _("The request is cancelled."))


@signed_in
@performs(Function.REQUEST_CONSENT)
@require_POST
def accept(request: SignedInRequest, request_reference: UUID) -> HttpResponse:
    """Take what the person offers instead."""
    offer = request.POST.get("offer", "")

    def take(**kwargs: Any) -> Any:
        return services.accept_counter(**kwargs, counter_sha256=offer)

    return _done(request, request_reference, take, _("You have the person's consent, as they offered it."))


@public
@require_GET
def clauses(request: HttpRequest) -> HttpResponse:
    """The clauses of a consent, each under an address of its own."""
    named = [(each.name, wording.CLAUSES[each.name], CLAUSE_MEANINGS[each.name]) for each in CLAUSES]
    return render(request, "consent/requests/clauses.html", {"clauses": named})


def _drafted(request: SignedInRequest) -> HttpResponse:
    form = RequestForm(request.POST)
    template = template_of(request.GET.get("use", ""))
    if form.is_valid():
        said = form.cleaned_data
        scope = form.scope(request.user.producer_id)
        try:
            made = services.draft(
                by=request.user, name=said["name"], address=said["address"], scope=scope, days=said["days"]
            )
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            return render(
                request,
                "consent/requests/new.html",
                {"form": form, "template": template},
                status=refusal.status,
            )
        return redirect("requests:detail", made.reference)
    return render(request, "consent/requests/new.html", {"form": form, "template": template}, status=400)


def _edited(request: SignedInRequest, asked: Request) -> HttpResponse:
    form, page = EditForm(request.POST), "consent/requests/edit.html"
    if not form.is_valid():
        return render(request, page, {"form": form, "asked": asked}, status=400)
    said, scope = form.cleaned_data, form.scope(request.user.producer_id)
    try:
        made = services.edit(
            by=request.user, request=asked, scope=scope, days=said["days"], name=said["name"]
        )
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return render(request, page, {"form": form, "asked": asked}, status=refusal.status)
    return redirect("requests:detail", made.reference)


def _done(
    request: SignedInRequest, request_reference: UUID, act: Callable[..., Any], sentence: str
) -> HttpResponse:
    asked = request_for(request.user, request_reference)
    try:
        act(by=request.user, request=asked)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, sentence)
    return redirect("requests:detail", asked.reference)


def _row(asked: Request, now: datetime) -> dict[str, Any]:
    shown = shown_of(asked, now)
    work = asked.subject.removeprefix("work:")
    return {"asked": asked, "name": name_of(asked), "work": work, "label": SHOWN[shown], "tone": TONES[shown]}


def _describe(asked: Request, now: datetime) -> dict[str, Any]:
    shown, scope = shown_of(asked, now), read_scope(asked.scope)
    is_countered = shown is Shown.COUNTERED
    grant = Grant.objects.filter(request=asked).first()
    offered = read_scope(asked.counter_scope or {}) if is_countered else None
    proof = proof_for(scope)
    return _row(asked, now) | {
        "shown": shown.value,
        "meaning": MEANINGS[shown],
        # What was asked anew since under the same address is another request's.
        "address": "" if asked.emptied_at else address_of(asked.contact),
        "rows": rows_of(scope, read_scope(grant.scope) if grant else offered),
        "grant": grant,
        "receipt": receipts_for(asked.requester).filter(grant=grant).first() if grant else None,
        "is_countered": is_countered,
        "stands_until": stands_until(asked) if is_countered else None,
        "proof": PROOFS[proof],
        "is_spoken": proof is Proof.SPOKEN,
        "may_edit": shown in (Shown.DRAFT, Shown.SENT, Shown.COUNTERED),
        "may_remind": shown is Shown.SENT and asked.reminders < services.MOST_REMINDERS,
    }
