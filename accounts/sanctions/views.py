"""One's own standing: what was decided about the account, why, until when, and the way to appeal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access.declare import signed_in
from accounts.reasons.redress import appeal_address
from accounts.sanctions.queries import limits_on, told_to
from accounts.sanctions.showing import described
from accounts.sanctions.states import SHUTTING, Function
from accounts.sanctions.wording import FUNCTIONS

if TYPE_CHECKING:
    from accounts.users.requests import SignedInRequest


@signed_in
@never_cache
@require_safe
def page(request: SignedInRequest) -> HttpResponse:
    """How one's account stands now, and every decision about it."""
    now = timezone.now()
    limits = limits_on(request.user, now)
    kept_from = frozenset[Function]().union(*(each.limited for each in limits))
    context = {
        "shut": next((each for each in limits if each.step in SHUTTING), None),
        "limited": [FUNCTIONS[each] for each in FUNCTIONS if each in kept_from],
        "sanctions": [
            {**described(each, now), "appeal_address": appeal_address(request.user, "sanction", str(each.pk))}
            for each in told_to(request.user)
        ],
    }
    return render(request, "accounts/sanctions/standing.html", context)
