"""Pages of the staff who work the cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access.declare import requires
from accounts.access.permissions import Permission
from accounts.refusals import Refusal
from accounts.users.requests import SignedInRequest
from marking.desk import services
from marking.desk.contents import description_of
from marking.desk.forms import AnswerForm, RejectionForm
from marking.desk.kinds import Kind
from marking.desk.models import Case
from marking.desk.queries import SHELVES, case_for_desk, history_of, opinions_since, shelf
from marking.desk.states import DECIDED, OPEN, CaseState, Event
from marking.desk.wording import EVENTS, KINDS, STATES

PAGE_SIZE = 25
OPINION_DAYS = 30

CaseView = Callable[[SignedInRequest, Case], HttpResponse]
NumberView = Callable[[SignedInRequest, str], HttpResponse]


def _of_others(view: CaseView) -> NumberView:
    """A view of a case, by its number, that the owner of the work it is about does not get to see."""

    @wraps(view)
    def guarded(request: SignedInRequest, number: str) -> HttpResponse:
        found = case_for_desk(number)
        if services.is_about_own_work(found, request.user):
            return render(request, "marking/desk/own_work.html", {"case": found}, status=403)
        return view(request, found)

    return guarded


def _posted(view: NumberView) -> NumberView:
    """A view that changes a case. Who comes to its address without a form, as after signing in, is led to the case."""

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    def guarded(request: SignedInRequest, number: str) -> HttpResponse:
        return view(request, number) if request.method == "POST" else redirect("cases:case", number)

    return guarded


@requires(Permission.WORK_CASES)
@never_cache
@require_GET
def queue(request: SignedInRequest) -> HttpResponse:
    """Open cases by due date; with ``shelf=answered`` or ``closed`` the others."""
    name = request.GET.get("shelf", "open")
    name = name if name in SHELVES else "open"
    page = Paginator(shelf(name), PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "page": page,
        "rows": [_row(case) for case in page],
        "shelf": name,
        "query": f"shelf={name}&",
        "opinions": opinions_since(timezone.localdate(now) - timedelta(days=OPINION_DAYS)),
        "opinion_days": OPINION_DAYS,
    }
    return render(request, "marking/desk/queue.html", context)


@requires(Permission.WORK_CASES)
@never_cache
@require_GET
@_of_others
def case(request: SignedInRequest, found: Case) -> HttpResponse:
    """One case with what was written and what happened to it. The complainant's address is not shown."""
    return _page(request, found)


@requires(Permission.WORK_CASES)
@_posted
@_of_others
def take(request: SignedInRequest, found: Case) -> HttpResponse:
    """Take a case that waits."""
    return _do(request, found, services.take)


@requires(Permission.WORK_CASES)
@_posted
@_of_others
def put_back(request: SignedInRequest, found: Case) -> HttpResponse:
    """Let go of a case."""
    return _do(request, found, services.put_back)


@requires(Permission.WORK_CASES)
@_posted
@_of_others
def close(request: SignedInRequest, found: Case) -> HttpResponse:
    """End a decided case."""
    return _do(request, found, services.close)


@requires(Permission.WORK_CASES)
@_posted
@_of_others
def answer(request: SignedInRequest, found: Case) -> HttpResponse:
    """Answer a case."""
    form = _answer_form(request.POST)
    if not form.is_valid():
        return _page(request, found, status=400, answer_form=form)
    try:
        services.answer(by=request.user, case=found, text=form.cleaned_data["text"])
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return _page(request, found, status=refusal.status, answer_form=form)
    messages.success(request, _("The case is answered."))
    return redirect("cases:case", found.code)


@requires(Permission.WORK_CASES)
@_posted
@_of_others
def reject(request: SignedInRequest, found: Case) -> HttpResponse:
    """Turn a case down."""
    form = _rejection_form(request.POST)
    if not form.is_valid():
        return _page(request, found, status=400, rejection_form=form)
    try:
        services.reject(by=request.user, case=found, reason=form.cleaned_data["text"])
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return _page(request, found, status=refusal.status, rejection_form=form)
    messages.success(request, _("The case is turned down."))
    return redirect("cases:case", found.code)


@requires(Permission.WORK_CASES)
@never_cache
@_posted
@_of_others
def contact(request: SignedInRequest, found: Case) -> HttpResponse:
    """The case with its complainant's address; that it was opened is recorded."""
    try:
        address = services.reveal_contact(by=request.user, case=found)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("cases:case", found.code)
    return _page(request, found, address=address)


def _do(request: SignedInRequest, found: Case, act: Callable[..., None]) -> HttpResponse:
    try:
        act(by=request.user, case=found)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("cases:case", found.code)


def _page(request: SignedInRequest, found: Case, *, status: int = 200, **more: Any) -> HttpResponse:
    found.refresh_from_db()
    context = {
        **_row(found),
        "description": description_of(found),
        "has_contact": found.contact is not None,
        "is_waiting": found.state == CaseState.RECEIVED,
        "is_in_review": found.state == CaseState.IN_REVIEW,
        "is_mine": found.state == CaseState.IN_REVIEW and found.taken_by_id == request.user.pk,
        "is_decided": found.state in DECIDED,
        "history": [(EVENTS[Event(each.event)], each) for each in history_of(found)],
        "answer_form": _answer_form(),
        "rejection_form": _rejection_form(),
    }
    return render(request, "marking/desk/case.html", context | more, status=status)


def _row(found: Case) -> dict[str, Any]:
    return {
        "case": found,
        "kind": KINDS[Kind(found.kind)],
        "state": STATES[CaseState(found.state)],
        "is_late": found.state in OPEN and found.due_at < timezone.now(),
    }


def _answer_form(data: Any = None) -> AnswerForm:
    return AnswerForm(data, auto_id="answer_%s")


def _rejection_form(data: Any = None) -> RejectionForm:
    return RejectionForm(data, auto_id="rejection_%s")
