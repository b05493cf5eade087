"""Who saw one's own sealed identity, why and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access.declare import signed_in
from accounts.elevation.contents import content_of
from accounts.elevation.models import ConcernedPerson
from accounts.elevation.queries import accesses_to, opened_fields, reviews_of
from accounts.elevation.text import named
from accounts.elevation.wording import BASES
from accounts.vault.wrapped_key import Damaged, Erased

if TYPE_CHECKING:
    from accounts.users.requests import SignedInRequest

MOST = 100


@signed_in
@never_cache
@require_safe
def listed(request: SignedInRequest) -> HttpResponse:
    """Each opening that one was told of, and each reading of one's claim by whoever decides on it, newest first."""
    own = f"user:{request.user.producer_id}"
    context = {
        "accesses": [_described(each) for each in accesses_to(request.user)[:MOST]],
        "reviews": [
            {"at": each.at, "is_own": each.subject == own} for each in reviews_of(request.user)[:MOST]
        ],
    }
    return render(request, "accounts/elevation/own.html", context)


def _described(concerned: ConcernedPerson) -> dict[str, Any]:
    elevation = concerned.elevation
    described = {"elevation": elevation, "viewings": list(concerned.viewings.all())}
    try:
        asked = content_of(elevation).asked
    except (Erased, Damaged):
        return described
    return described | {
        "asked": asked,
        "fields": named(opened_fields(concerned)),
        "basis": BASES[asked.basis],
    }
