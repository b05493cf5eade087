"""The page of a request for the account that is asked: look, agree, offer less, or say no."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access.declare import View, signed_in
from accounts.refusals import Refusal
from consent import clock
from consent.answers import services
from consent.answers.forms import Act, ActForm, AgreementForm, TicksForm
from consent.answers.models import Question
from consent.answers.narrowing_form import NarrowingForm
from consent.answers.pages import described_to, shows_picture
from consent.answers.pictures import picture_of
from consent.answers.proving import Given, challenge_of, proof_needed, sentence_to_type
from consent.answers.queries import is_waiting, request_for
from consent.answers.refusals import Stale
from consent.answers.signing import Site, has_passkey, options
from consent.scope import Proof
from consent.scope.documents import read_scope
from consent.statements.models import Statement

if TYPE_CHECKING:
    from accounts.users.models import User
    from accounts.users.requests import SignedInRequest
    from consent.requests.models import Request

SAID: dict[Act, Callable[[], str]] = {
    Act.REFUSE: lambda: gettext("You have refused. The one who asked sees no answer."),
    Act.REFUSE_OPENLY: lambda: gettext("You have refused, and the one who asked can see it."),
    Act.LATER: lambda: gettext("You can answer later. The one who asked sees nothing of it."),
    Act.NOT_ME: lambda: gettext("Noted: somebody else was meant. The one who asked sees no answer."),
    Act.REPORT: lambda: gettext("Our staff looks at it. The one who asked sees no answer."),
    Act.BLOCK: lambda: gettext(
        "Nothing from this requester will reach you any more. They do not learn of it."
    ),
}


OFFERED = gettext_lazy("Your offer is sent.")
AGREED = gettext_lazy("You have agreed. You can withdraw at any time.")


def reauthenticated(view: View) -> View:
    """Only who signed in once more within five minutes may enter; others do so first, and what they sent is kept for them."""
    guarded: View = reauthentication_required(view)
    return guarded


@signed_in
@never_cache
@require_safe
def page(http: SignedInRequest, reference: UUID) -> HttpResponse:
    """The request as it stands. Looking changes nothing."""
    request = request_for(http.user, reference)
    return _page(http, request)


@signed_in
@never_cache
@require_safe
def picture(http: SignedInRequest, reference: UUID) -> HttpResponse:
    """The picture that the request is about, small and labelled."""
    return picture_answer(request_for(http.user, reference))


@signed_in
@require_POST
def look(http: SignedInRequest, reference: UUID) -> HttpResponse:
    """Open the request."""
    request = request_for(http.user, reference)
    return _done(http, request, lambda: services.open_request(request, by=http.user))


@signed_in
@require_POST
def act(http: SignedInRequest, reference: UUID) -> HttpResponse:
    """Refuse, put off, disown, report or block."""
    request = request_for(http.user, reference)
    form = ActForm(http.POST)
    if not form.is_valid():
        return _page(http, request, status=400)
    chosen = form.cleaned_data["act"]
    return _done(http, request, lambda: perform(chosen, request, by=http.user), SAID[chosen])


@signed_in
@never_cache
@require_POST
@reauthenticated
def ask(http: SignedInRequest, reference: UUID) -> HttpResponse:
    """Show the exact text of what was asked, to be signed."""
    request = request_for(http.user, reference)
    form = TicksForm(http.POST)
    if not form.is_valid():
        return _page(http, request, status=400)
    try:
        question = services.ask(
            request, by=http.user, seen=form.seen(), ticks=form.ticked(), locale=get_language() or "en"
        )
    except Refusal as refusal:
        return _page(http, request, refusal)
    return signing_page(http, request, question)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def narrow(http: SignedInRequest, reference: UUID) -> HttpResponseBase:
    """Show every clause to be made narrower; on POST the exact text of the offer, to be signed."""
    request = request_for(http.user, reference)
    if http.method != "POST":
        return _narrowing_page(http, request, _blank(request))
    return offer(http, reference)


@reauthenticated
def offer(http: SignedInRequest, reference: UUID) -> HttpResponse:
    """Take the narrower clauses."""
    request = request_for(http.user, reference)
    form = NarrowingForm(http.POST, asked=read_scope(request.scope), now=clock.now())
    if not form.is_valid():
        return _narrowing_page(http, request, form, status=400)
    try:
        question = services.ask(
            request,
            by=http.user,
            seen=form.seen(),
            ticks=form.ticked(),
            locale=get_language() or "en",
            offer=form.offer(),
        )
    except Stale as refusal:
        return _page(http, request, refusal)
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _narrowing_page(http, request, form, status=refusal.status)
    return signing_page(http, request, question)


@signed_in
@never_cache
@require_POST
@reauthenticated
def agree(http: SignedInRequest, reference: UUID) -> HttpResponse:
    """Grant, or offer, what the text in front of the person says; a use that is grave enough has to be said aloud first."""
    request = request_for(http.user, reference)
    form = AgreementForm(http.POST)
    if not form.is_valid():
        return _page(http, request, status=400)
    nonce = form.question()
    question = Question.objects.filter(nonce=nonce, request=request, person=http.user).first()
    is_offer = question is not None and question.is_counter
    act = services.narrow if is_offer else services.grant
    try:
        done = act(request, by=http.user, nonce=nonce, given=given_in(http, form))
    except Refusal as refusal:
        return _page(http, request, refusal)
    if isinstance(done, Statement):
        return redirect("statements:page", done.reference)
    messages.success(http, OFFERED if is_offer else AGREED)
    return redirect("own_requests:page", reference=reference)


def perform(chosen: Act, request: Request, *, by: User | None) -> None:
    """Do with ``request`` what was chosen. Raises as the services do."""
    match chosen:
        case Act.REFUSE | Act.REFUSE_OPENLY:
            services.refuse(request, by=by, openly=chosen is Act.REFUSE_OPENLY)
        case Act.LATER:
            services.put_off(request, by=by)
        case Act.NOT_ME:
            services.disown(request, by=by)
        case Act.REPORT:
            services.report(request, by=by)
        case Act.BLOCK:
            services.block(request, by=by)


def picture_answer(request: Request) -> HttpResponse:
    """The picture of a request while it can be answered, and once it is granted; 404 else: whoever disowned or refused it needs none."""
    found = picture_of(request.subject) if shows_picture(request) else None
    if found is None:
        raise Http404("This request has no picture.")
    return HttpResponse(found, content_type="image/jpeg", headers={"X-Content-Type-Options": "nosniff"})


def signing_page(http: SignedInRequest, request: Request, question: Question) -> HttpResponse:
    """The text, word for word, and the ways to agree to it."""
    ways = {
        "agree_url": reverse("own_requests:agree", args=[request.answer_reference]),
        "back_url": reverse("own_requests:page", args=[request.answer_reference]),
        "back_label": gettext("Back to the request"),
    }
    return signed_page(http, question, {"asked": request, **ways})


def signed_page(http: SignedInRequest, question: Question, ways: Mapping[str, Any]) -> HttpResponse:
    """The same for any ``question``: ``ways`` holds ``agree_url``, ``back_url`` and ``back_label``."""
    context = {
        **ways,
        "question": question,
        "lines": question.text.splitlines(),
        "form": AgreementForm(initial={"nonce": bytes(question.nonce).hex()}),
        "has_passkey": has_passkey(http.user),
        "options": json.dumps(options(http.user, challenge_of(question), _site(http))),
        "sentence": sentence_to_type(question.locale),
        "allows_typing": proof_needed(question) is Proof.IDENTITY,
        "needs_spoken": proof_needed(question) is Proof.SPOKEN,
    }
    return render(http, "consent/answers/sign.html", context)


def _blank(request: Request) -> NarrowingForm:
    seen = {"version": request.version, "scope_sha256": request.scope_sha256}
    return NarrowingForm(initial=seen, asked=read_scope(request.scope), now=clock.now())


def _narrowing_page(
    http: SignedInRequest, request: Request, form: NarrowingForm, *, status: int = 200
) -> HttpResponse:
    now = clock.now()
    if not is_waiting(request, now):
        return _page(http, request)
    context = {"asked": request, "form": form}
    return render(http, "consent/answers/narrow.html", context, status=status)


def given_in(http: SignedInRequest, form: AgreementForm) -> Given:
    """What whoever signs sent, and when they signed in."""
    return Given(
        reauthenticated_at=_reauthenticated_at(http),
        site=_site(http),
        assertion=form.cleaned_data["assertion"],
        typed=form.cleaned_data["typed"],
    )


def _site(http: SignedInRequest) -> Site:
    """This site under the name that the browser asked: one of ``ALLOWED_HOSTS``."""
    return Site(f"{http.scheme}://{http.get_host()}")


def _reauthenticated_at(http: SignedInRequest) -> datetime | None:
    """When the session's holder last proved again to be the account's, as allauth keeps it."""
    records = [each for each in get_authentication_records(http, http.user) if each.get("reauthenticated")]
    return datetime.fromtimestamp(records[-1]["at"], UTC) if records else None


def _done(
    http: SignedInRequest, request: Request, do: Callable[[], Any], said: Callable[[], str] | None = None
) -> HttpResponse:
    try:
        do()
    except Refusal as refusal:
        return _page(http, request, refusal)
    if said is not None:
        messages.success(http, said())
    return redirect("own_requests:page", reference=request.answer_reference)


def _page(
    http: SignedInRequest, request: Request, refusal: Refusal | None = None, *, status: int = 200
) -> HttpResponse:
    request.refresh_from_db()
    now = clock.now()
    context = {**described_to(http.user, request, now), "refusal": refusal.sentence if refusal else ""}
    return render(http, "consent/answers/page.html", context, status=refusal.status if refusal else status)
