"""The public side: how complaints are answered, filing one, and following it. No account, no cookie."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import limits
from accounts.access.declare import public, signed_in
from accounts.access.own_pages import from_own_pages
from accounts.refusals import Refusal
from accounts.users.requests import SignedInRequest
from marking.desk import sweeping
from marking.desk.appeals.appealable import find
from marking.desk.appeals.queries import may_be_filed, newest_for_case
from marking.desk.appeals.showing import described
from marking.desk.cases.codes import new_token
from marking.desk.cases.kinds import Kind
from marking.desk.cases.models import Case
from marking.desk.cases.queries import case_of_complainant, shown_history_of
from marking.desk.cases.states import OPEN, CaseState, Event
from marking.desk.cases.validity import complete, has_due, missing_of, starts_at_validity
from marking.desk.complainants.completion_form import CompletionForm
from marking.desk.decisions import reporters
from marking.desk.filing import services as filing
from marking.desk.filing.forms import CodeForm, ComplaintForm, OpinionForm
from marking.desk.measures.acting import BY_RECORD
from marking.desk.measures.consent_record import receipts_of_reporter
from marking.desk.wording import EVENTS, KINDS, PARTS, STATES, answer_times

HOUR = 3600
FILED_PER_HOUR = 10
LOOKED_UP_PER_HOUR = 60
OPINIONS_PER_HOUR = 60
"""What one address may do in an hour."""


@public
@require_safe
def answering(request: HttpRequest) -> HttpResponse:
    """Who answers complaints, how, and within what time (Deep Synthesis Provisions Art. 12)."""
    context = {
        "times": list(answer_times()),
        "operator": settings.ENVIRONMENT["YINJI_PROVIDER_NAME"],
        "closed_after": sweeping.CLOSED_AFTER.days,
        "appeal_days": settings.ENVIRONMENT["YINJI_APPEAL_DAYS"],
        "appeal_answer_days": settings.ENVIRONMENT["YINJI_APPEAL_ANSWER_DAYS"],
        "form": CodeForm(),
    }
    return render(request, "marking/desk/answering.html", context)


@public
@never_cache
@from_own_pages
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Show the form, prefilled by ``work`` and ``about``; on POST file the case, or begin with a file's fingerprint."""
    if request.method != "POST":
        return _form(request, _blank(work=request.GET.get("work", ""), kind=request.GET.get("about", "")))
    if "begin" in request.POST:
        return _form(request, _blank_after_report(request))
    form = ComplaintForm(request.POST)
    if not form.is_valid():
        return _again(request, form) if "token" in form.errors else _form(request, form, status=400)
    try:
        _count(request, "filing", FILED_PER_HOUR)
        case, code = filing.file_case(form.complaint())
    except limits.TooMany as refusal:
        form.add_error(None, refusal.sentence)
        return _form(request, form, status=refusal.status, headers=refusal.headers)
    except Refusal as refusal:
        return _again(request, form, refusal.sentence, status=refusal.status)
    context = {"code": code, **_describe(case)}
    return render(request, "marking/desk/filed.html", context)


@public
@never_cache
@from_own_pages
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    """Take whether a report is right. Who says that it is wrong gets the form to say how, and a case for it.

    Who comes without an opinion is led to the form as well.
    """
    form = OpinionForm(request.POST)
    if not form.is_valid():
        return redirect("complaints:new")
    try:
        _count(request, "opinion", OPINIONS_PER_HOUR)
    except limits.TooMany as refusal:
        return _sent_away(request, refusal)
    filing.count_opinion(verdict=form.cleaned_data["verdict"], is_right=form.cleaned_data["is_right"])
    if form.cleaned_data["is_right"]:
        return render(request, "marking/desk/thanks.html")
    return _form(request, _blank_after_report(request, kind=Kind.TOOL_FEEDBACK))


@public
@never_cache
@from_own_pages
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest, number: str = "") -> HttpResponse:
    """Ask for number and code; on POST show the case; forget the address where ``forget`` is sent, and take what the notice
    lacked where ``complete`` is.

    A wrong code and a number that is no case's get the same answer, 404.
    """
    if request.method != "POST":
        return _code_form(request, CodeForm(initial={"number": number.upper()}))
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _code_form(request, form, status=400)
    try:
        _count(request, "looking-up", LOOKED_UP_PER_HOUR)
    except limits.TooMany as refusal:
        form.add_error(None, refusal.sentence)
        return _code_form(request, form, status=refusal.status, headers=refusal.headers)
    case = case_of_complainant(form.cleaned_data["number"], form.cleaned_data["code"])
    if case is None:
        form.add_error(None, _("No case goes by this number and this code. Check both."))
        return _code_form(request, form, status=404)
    kept = _forget(case) if "forget" in request.POST else ""
    completion = CompletionForm(_completing(request), lacking=missing_of(case), auto_id="completion_%s")
    if "complete" in request.POST and completion.is_valid():
        _complete(case, completion)
        completion = CompletionForm(lacking=missing_of(case), auto_id="completion_%s")
    context = _describe(case) | {"code": form.cleaned_data["code"], "completion": completion, "kept": kept}
    return render(request, "marking/desk/status.html", context)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: SignedInRequest, number: str) -> HttpResponse:
    """For whoever filed a case and signs in: what they themselves signed for the work, and nobody else's."""
    if request.method != "POST":
        return _mine_form(request, CodeForm(initial={"number": number.upper()}))
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _mine_form(request, form, status=400)
    try:
        _count(request, "looking-up", LOOKED_UP_PER_HOUR)
        case = case_of_complainant(form.cleaned_data["number"], form.cleaned_data["code"])
        if case is None:
            sentence = _("No case goes by this number and this code. Check both.")
            raise Refusal("no_case", sentence, status=404)
        reporters.prove(by=request.user, case=case)
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _mine_form(request, form, status=refusal.status)
    receipts = receipts_of_reporter(case.work, request.user) if case.work else []
    return render(request, "marking/desk/mine.html", {"case": case, "receipts": receipts})


def _mine_form(request: HttpRequest, form: CodeForm, *, status: int = 200) -> HttpResponse:
    return render(request, "marking/desk/mine_code.html", {"form": form}, status=status)


def _completing(request: HttpRequest) -> QueryDict | None:
    return request.POST if "complete" in request.POST else None


def _forget(case: Case) -> str:
    """Erase the address; where that is refused, say why."""
    try:
        filing.remove_contact(case=case)
    except Refusal as refusal:
        return refusal.sentence
    return ""


def _complete(case: Case, completion: CompletionForm) -> None:
    try:
        complete(case=case, addition=completion.addition())
    except Refusal as refusal:
        completion.add_error(None, refusal.sentence)


def _blank(*, work: str = "", kind: str = "", sha256: str = "") -> ComplaintForm:
    initial = {"token": new_token(), "work": work[:40], "kind": kind, "sha256": sha256}
    return ComplaintForm(initial=initial)


def _blank_after_report(request: HttpRequest, kind: str = "") -> ComplaintForm:
    """The form for somebody who comes from a report. The fingerprint comes by POST, so that no address names it."""
    return _blank(work=request.POST.get("work", ""), sha256=request.POST.get("sha256", ""), kind=kind)


def _again(
    request: HttpRequest, form: ComplaintForm, sentence: str = "", *, status: int = 400
) -> HttpResponse:
    """The same content in a new form."""
    data = request.POST.copy()
    data["token"] = new_token()
    form = ComplaintForm(data)
    form.add_error(None, sentence or _("The form did not arrive whole. Please send it again."))
    return _form(request, form, status=status)


def _form(
    request: HttpRequest, form: ComplaintForm, *, status: int = 200, headers: dict[str, str] | None = None
) -> HttpResponse:
    context = {"form": form, "times": list(answer_times())}
    return _answer(request, "marking/desk/new.html", context, status, headers)


def _code_form(
    request: HttpRequest, form: CodeForm, *, status: int = 200, headers: dict[str, str] | None = None
) -> HttpResponse:
    return _answer(request, "marking/desk/code.html", {"form": form}, status, headers)


def _sent_away(request: HttpRequest, refusal: limits.TooMany) -> HttpResponse:
    context = {"refusal": refusal.sentence}
    return _answer(request, "marking/desk/thanks.html", context, refusal.status, refusal.headers)


def _answer(
    request: HttpRequest, template: str, context: dict[str, Any], status: int, headers: dict[str, str] | None
) -> HttpResponse:
    response = render(request, template, context, status=status)
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def _describe(case: Case) -> dict[str, Any]:
    history = list(shown_history_of(case))
    decision, appeal = find("case", case.code), newest_for_case(case)
    return {
        "appeal": described(appeal) if appeal else None,
        "may_appeal": decision is not None and may_be_filed(decision, timezone.now()),
        "case": case,
        "kind": KINDS[Kind(case.kind)],
        "state": STATES[CaseState(case.state)],
        "is_open": case.state in OPEN,
        "is_turned_down": any(each.event == Event.REJECTED for each in history),
        "history": [(EVENTS[Event(each.event)], each) for each in history],
        "has_contact": case.contact is not None,
        "missing": [PARTS[part] for part in missing_of(case)] if case.state in OPEN else [],
        "starts_at_validity": starts_at_validity(case),
        "has_due": has_due(case),
        "may_have_signed": Kind(case.kind) in BY_RECORD and case.work_id is not None,
        "is_off": case.measures.filter(lifted_at__isnull=True).exists(),
    }


def _count(request: HttpRequest, purpose: str, most: int) -> None:
    limits.count(request, purpose=purpose, most=most, seconds=HOUR, now=time.time())
