"""Pages of the staff who work the cases."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access.declare import requires
from accounts.access.permissions import Permission
from accounts.refusals import Refusal
from accounts.users.requests import SignedInRequest
from marking.desk.cases.actions import Action
from marking.desk.cases.models import Case
from marking.desk.cases.queries import SHELVES, opinions_since, shelf
from marking.desk.decisions import services
from marking.desk.decisions.access import of_others, on_case
from marking.desk.decisions.pages import answer_form, case_page, decided, done, rejection_form, row_of

PAGE_SIZE = 25
OPINION_DAYS = 30


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
        "rows": [row_of(case) for case in page],
        "shelf": name,
        "query": f"shelf={name}&",
        "opinions": opinions_since(timezone.localdate(now) - timedelta(days=OPINION_DAYS)),
        "opinion_days": OPINION_DAYS,
    }
    return render(request, "marking/desk/queue.html", context)


@requires(Permission.WORK_CASES)
@never_cache
@require_GET
@of_others
def case(request: SignedInRequest, found: Case) -> HttpResponse:
    """One case with what was written and what happened to it. The complainant's address is not shown."""
    return case_page(request, found)


@on_case
def take(request: SignedInRequest, found: Case) -> HttpResponse:
    """Take a case that waits."""
    return done(request, found, services.take)


@on_case
def put_back(request: SignedInRequest, found: Case) -> HttpResponse:
    """Let go of a case."""
    return done(request, found, services.put_back)


@on_case
def close(request: SignedInRequest, found: Case) -> HttpResponse:
    """End a decided case."""
    return done(request, found, services.close)


@on_case
def answer(request: SignedInRequest, found: Case) -> HttpResponse:
    """Answer a case."""
    form = answer_form(request.POST)
    if not form.is_valid():
        return case_page(request, found, status=400, answer_form=form)
    payload = {"text": form.cleaned_data["text"]}
    return decided(request, found, Action.ANSWER, payload, _("The case is answered."), answer_form=form)


@on_case
def reject(request: SignedInRequest, found: Case) -> HttpResponse:
    """Turn a case down."""
    form = rejection_form(request.POST)
    if not form.is_valid():
        return case_page(request, found, status=400, rejection_form=form)
    payload = {"reason": form.cleaned_data["text"]}
    return decided(request, found, Action.REJECT, payload, _("The case is turned down."), rejection_form=form)


@never_cache
@on_case
def contact(request: SignedInRequest, found: Case) -> HttpResponse:
    """The case with its complainant's address; that it was opened is recorded."""
    try:
        address = services.reveal_contact(by=request.user, case=found)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("cases:case", found.code)
    return case_page(request, found, address=address)
