"""The pages of both sides: the account that a decision is against, and the complainant who was turned down."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import limits
from accounts.access.declare import public, signed_in
from accounts.access.own_pages import from_own_pages
from accounts.refusals import Refusal
from accounts.users.requests import SignedInRequest
from marking.desk.appeals import services
from marking.desk.appeals.against_measures import MEASURE
from marking.desk.appeals.appealable import Decision, of_kind
from marking.desk.appeals.forms import AppealForm, CaseAppealForm
from marking.desk.appeals.models import Appeal
from marking.desk.appeals.queries import decision_against, ends_at, may_be_filed
from marking.desk.appeals.showing import described
from marking.desk.cases.queries import case_of_complainant

HOUR = 3600
FILED_PER_HOUR = 20
"""What one address may do in an hour, guessing codes included."""


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: SignedInRequest, decision_kind: str, decided: str) -> HttpResponse:
    """The appeal against something that was decided about one: the form, and then what became of it."""
    decision, appeal = decision_against(request.user, decision_kind, decided)
    form = AppealForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or decision is None or not form.is_valid():
        return _own_page(request, decision_kind, decision, appeal, form, 400 if form.is_bound else 200)
    try:
        services.file_own(by=request.user, decision=decision, text=form.cleaned_data["text"])
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _own_page(request, decision_kind, decision, appeal, form, refusal.status)
    return redirect("own_appeals:page", decision_kind, decided)


@public
@never_cache
@from_own_pages
@require_http_methods(["GET", "HEAD", "POST"])
def of_case(request: HttpRequest) -> HttpResponse:
    """Appeal with the number and the code of a case. A wrong code and a number that is no case's get the same answer, 404."""
    if request.method != "POST":
        return redirect("complaints:look-up")
    form = CaseAppealForm(request.POST)
    status = 400
    if form.is_valid():
        try:
            return _filed(request, form)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
            status = refusal.status
    return render(request, "marking/desk/appeals/of_case.html", {"form": form}, status=status)


def _filed(request: HttpRequest, form: CaseAppealForm) -> HttpResponse:
    limits.count(request, purpose="appealing", most=FILED_PER_HOUR, seconds=HOUR, now=time.time())
    said = form.cleaned_data
    case = case_of_complainant(said["number"], said["code"])
    if case is None:
        sentence = _("No case goes by this number and this code. Check both.")
        raise Refusal("unknown_case", sentence, status=404)
    appeal = services.file_for_case(case=case, text=said["text"])
    return render(request, "marking/desk/appeals/filed.html", {"case": case, **described(appeal)})


def _own_page(
    request: SignedInRequest,
    kind: str,
    decision: Decision | None,
    appeal: Appeal | None,
    form: AppealForm,
    status: int,
) -> HttpResponse:
    known = of_kind(kind)
    context: dict[str, Any] = {
        "about": known.words if known else "",
        "is_about_a_work": kind == MEASURE.kind,
        "ends_at": ends_at(decision) if decision else None,
        "may_appeal": decision is not None and may_be_filed(decision, timezone.now()),
        "days": settings.ENVIRONMENT["YINJI_APPEAL_ANSWER_DAYS"],
        "row": described(appeal) if appeal else None,
        "form": form,
    }
    return render(request, "marking/desk/appeals/own.html", context, status=status)
