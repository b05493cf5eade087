"""What pages of proposals, and of what else the staff decides, have in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.proposals.stakes import Stake
from accounts.refusals import Refusal


def tried(request: HttpRequest, act: Callable[[], object]) -> Refusal | None:
    """Do it; where it is refused, have the next page say so, and return the refusal."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return refusal
    return None


def of_others(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of the staff that nobody with a stake in its matter gets to see: where ``view`` finds one (:class:`Stake`), it says so with 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Stake as refusal:
            context = {"sentence": refusal.sentence}
            return render(request, "accounts/proposals/of_others.html", context, status=refusal.status)

    return guarded
