"""Pages of the staff who decide appeals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access.declare import requires
from accounts.access.permissions import Permission
from accounts.proposals.pages import of_others
from accounts.refusals import Refusal
from accounts.users.requests import SignedInRequest
from marking.desk.appeals import services
from marking.desk.appeals.appealable import find
from marking.desk.appeals.forms import DecisionForm
from marking.desk.appeals.models import Appeal
from marking.desk.appeals.queries import SHELVES, appeal_for_desk, shelf
from marking.desk.appeals.showing import described
from marking.desk.appeals.states import AppealState

PAGE_SIZE = 25


@requires(Permission.DECIDE_APPEALS)
@never_cache
@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    """Open appeals by due date; with ``shelf=decided`` the others."""
    name = request.GET.get("shelf", "open")
    name = name if name in SHELVES else "open"
    page = Paginator(shelf(name), PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    rows = [{**described(each), "is_late": each.due_at < now and name == "open"} for each in page]
    context = {"page": page, "rows": rows, "shelf": name, "query": f"shelf={name}&"}
    return render(request, "marking/desk/appeals/queue.html", context)


@requires(Permission.DECIDE_APPEALS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@of_others
def appeal(request: SignedInRequest, appeal: UUID) -> HttpResponse:
    """One appeal; on POST, its decision. Who may not decide it does not read it, nor who decides."""
    found = appeal_for_desk(appeal)
    services.require_impartial(request.user, found)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _page(request, found, form, 400 if form.is_bound else 200)
    said = form.cleaned_data
    act = services.overturn if said["outcome"] is AppealState.OVERTURNED else services.uphold
    try:
        act(by=request.user, appeal=found, reasons=said["reasons"])
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, found, form, refusal.status)
    messages.success(request, _("The appeal is decided."))
    return redirect("appeals:appeal", found.pk)


def _page(request: SignedInRequest, found: Appeal, form: DecisionForm, status: int) -> HttpResponse:
    decision = find(found.kind, found.reference)
    context: dict[str, Any] = {
        **described(found),
        "address": decision.address if decision else "",
        "first": [each for each in (found.first_by, found.second_by) if each is not None],
        "form": form,
    }
    return render(request, "marking/desk/appeals/appeal.html", context, status=status)
