"""The link in a mail: a page that says nothing of who asks what, and the way of those who have no account."""

from __future__ import annotations

import time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import limits
from accounts.access.declare import public
from accounts.access.own_pages import from_own_pages
from accounts.refusals import Refusal
from consent import clock
from consent.answers import codes, services
from consent.answers.entering import enter, has_entered, leave
from consent.answers.forms import ActForm, CodeForm
from consent.answers.pages import described
from consent.answers.views import SAID, perform, picture_answer
from consent.contacts.services import holds
from consent.requests.links import request_by_token
from consent.requests.models import Request

HOUR = 3600
SENT_PER_HOUR = 10
GUESSED_PER_HOUR = 60
"""What one address may do in an hour."""


@public
@never_cache
@require_http_methods(["GET", "HEAD", "OPTIONS"])
def landing(http: HttpRequest, link: str) -> HttpResponse:
    """Where the link leads. Changes nothing and sets nothing, however often a scanner follows it."""
    if http.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": "GET, HEAD, OPTIONS"})
    request = _request(link)
    if request is None or not _is_for(http, request):
        return _unknown(http)
    return render(http, "consent/answers/landing.html", {"link": link, "form": CodeForm()})


@public
@never_cache
@from_own_pages
@require_POST
def send_code(http: HttpRequest, link: str) -> HttpResponse:
    """Mail a code to the address that is asked. The answer is the same whether one was sent."""
    request = _request(link)
    if request is None or http.user.is_authenticated:
        return _unknown(http)
    try:
        _count(http, "answer-code", SENT_PER_HOUR)
    except limits.TooMany as refusal:
        return _code_page(http, link, CodeForm(), refusal)
    codes.send(request, now=timezone.now())
    return _code_page(http, link, CodeForm())


@public
@never_cache
@from_own_pages
@require_POST
def enter_code(http: HttpRequest, link: str) -> HttpResponse:
    """Take a code. A wrong one, one that ran out and one that was guessed at too often get the same answer."""
    request = _request(link)
    if request is None or http.user.is_authenticated:
        return _unknown(http)
    form = CodeForm(http.POST)
    try:
        _count(http, "answer-guess", GUESSED_PER_HOUR)
    except limits.TooMany as refusal:
        return _code_page(http, link, form, refusal)
    if not form.is_valid() or not codes.is_right(request, form.cleaned_data["code"], now=timezone.now()):
        wrong = _("This code is not valid. Look at the newest mail, or ask for another.")
        return _code_page(http, link, form, Refusal("code_wrong", wrong, status=403))
    enter(http, request, now=timezone.now())
    services.open_request(request, by=None)
    return redirect("answers:page", link=link)


@public
@require_POST
def look(http: HttpRequest, link: str) -> HttpResponse:
    """Lead an account that holds the address to its own page of the request."""
    request = _request(link)
    if request is None or not http.user.is_authenticated or not holds(http.user, request.contact):
        return _unknown(http)
    services.open_request(request, by=http.user)
    return redirect("own_requests:page", reference=request.answer_reference)


@public
@never_cache
@require_safe
def page(http: HttpRequest, link: str) -> HttpResponse:
    """The request, for whoever entered the code."""
    request = _request(link)
    if request is None or not has_entered(http, request, now=timezone.now()):
        return redirect("answers:landing", link=link)
    return _page(http, link, request)


@public
@never_cache
@require_safe
def picture(http: HttpRequest, link: str) -> HttpResponse:
    """The picture that the request is about, for whoever entered the code."""
    request = _request(link)
    if request is None or not has_entered(http, request, now=timezone.now()):
        raise Http404("Nothing is shown here without a code.")
    return picture_answer(request)


@public
@never_cache
@require_POST
def act(http: HttpRequest, link: str) -> HttpResponse:
    """Refuse, put off, disown, report or block, without an account."""
    request = _request(link)
    if request is None or not has_entered(http, request, now=timezone.now()):
        return _unknown(http)
    form = ActForm(http.POST)
    if not form.is_valid():
        return _page(http, link, request, status=400)
    chosen = form.cleaned_data["act"]
    try:
        perform(chosen, request, by=None)
    except Refusal as refusal:
        return _page(http, link, request, refusal)
    leave(http, request)
    return render(http, "consent/answers/done.html", {"said": SAID[chosen]()})


def _request(link: str) -> Request | None:
    return request_by_token(link, now=clock.now())


def _is_for(http: HttpRequest, request: Request) -> bool:
    """Whether the visitor may be told that the link is one: nobody in particular, or an account that is asked."""
    return not http.user.is_authenticated or holds(http.user, request.contact)


def _unknown(http: HttpRequest) -> HttpResponse:
    return render(http, "consent/answers/unknown.html", status=404)


def _code_page(http: HttpRequest, link: str, form: CodeForm, refusal: Refusal | None = None) -> HttpResponse:
    context = {"link": link, "form": form, "refusal": refusal.sentence if refusal else ""}
    response = render(http, "consent/answers/code.html", context, status=refusal.status if refusal else 200)
    for name, value in (refusal.headers if isinstance(refusal, limits.TooMany) else {}).items():
        response[name] = value
    return response


def _page(
    http: HttpRequest, link: str, request: Request, refusal: Refusal | None = None, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        **described(request, clock.now()),
        "link": link,
        "refusal": refusal.sentence if refusal else "",
    }
    return render(http, "consent/answers/linked.html", context, status=refusal.status if refusal else status)


def _count(http: HttpRequest, purpose: str, most: int) -> None:
    limits.count(http, purpose=purpose, most=most, seconds=HOUR, now=time.time())
