"""Legal holds, for the staff who set and lift them by twos."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access.declare import requires
from accounts.access.permissions import Permission
from accounts.proposals.pages import tried
from accounts.refusals import Refusal
from accounts.retention import holds
from accounts.retention.forms import HoldForm
from accounts.retention.models import LegalHold

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.users.models import User
    from accounts.users.requests import SignedInRequest

PAGE_SIZE = 25
_NAMED = ("proposed_by", "declined_by", "confirmed_by", "lift_asked_by", "lifted_by")
_STEPS = {
    "confirm": holds.confirm,
    "decline": holds.decline,
    "withdraw": holds.withdraw,
    "ask-to-lift": holds.ask_to_lift,
    "lift": holds.lift,
    "keep": holds.keep,
}
_LABELS = {
    "confirm": gettext_lazy("Confirm"),
    "decline": gettext_lazy("Decline"),
    "withdraw": gettext_lazy("Take it back"),
    "ask-to-lift": gettext_lazy("Ask to lift"),
    "lift": gettext_lazy("Lift"),
    "keep": gettext_lazy("Keep it"),
}


@requires(Permission.HOLD_DATA)
@never_cache
@require_http_methods(["GET", "POST"])
def page(request: SignedInRequest) -> HttpResponse:
    """Every hold but of what concerns the reader, newest first; on POST, propose one."""
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            hold = holds.propose(by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            sentence = _("It is held from now on; somebody else has to confirm it before %(end)s.")
            end = timezone.localtime(hold.ends_at).strftime("%Y-%m-%d %H:%M")
            messages.success(request, sentence % {"end": end})
            return redirect("holds:page")
    found = Paginator(LegalHold.objects.select_related(*_NAMED), PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    now_held = set(holds.standing(now).values_list("pk", flat=True))
    others = [each for each in found if not holds.concerns(each, request.user)]
    rows = [_row(each, request.user, now, is_standing=each.pk in now_held) for each in others]
    context = {"form": form, "page": found, "rows": rows}
    return render(request, "accounts/retention/page.html", context, status=422 if form.errors else 200)


@requires(Permission.HOLD_DATA)
@require_http_methods(["GET", "POST"])
def step(request: SignedInRequest, hold: UUID, step: str) -> HttpResponse:
    """Confirm a hold, decline it, take it back, ask for its lifting, lift it, or turn that down. On GET, as after signing in again, only lead to the list."""
    if request.method == "GET":
        return redirect("holds:page")
    found = LegalHold.objects.filter(pk=hold).first()
    if found is None or step not in _STEPS:
        raise Http404("no such hold, or no such step")
    if tried(request, lambda: _STEPS[step](by=request.user, hold=found)) is None:
        messages.success(request, _("Done."))
    return redirect("holds:page")


def _row(hold: LegalHold, reader: User, now: datetime, *, is_standing: bool) -> dict[str, object]:
    """A hold with what ``reader`` may do next with it."""
    steps = [(step, _LABELS[step]) for step in holds.steps_of(reader, hold, now)] if is_standing else []
    kept = sorted(holds.kept_with([hold.subject]) - {hold.subject}) if is_standing else []
    return {"hold": hold, "is_standing": is_standing, "steps": steps, "kept": kept}
