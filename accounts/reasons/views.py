"""Decisions against oneself, and why."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access.declare import signed_in
from accounts.reasons.queries import statement_for, statements_of
from accounts.reasons.redress import appeal_address, decision_of
from accounts.reasons.wording import decisions_of, describe
from accounts.users.requests import SignedInRequest

PAGE_SIZE = 20


@signed_in
@never_cache
@require_GET
def statements(request: SignedInRequest) -> HttpResponse:
    """All that was decided against me, newest first."""
    page = Paginator(statements_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(each, decisions_of(each)) for each in page]
    return render(request, "accounts/reasons/list.html", {"page": page, "rows": rows})


@signed_in
@never_cache
@require_GET
def statement(request: SignedInRequest, puid: UUID) -> HttpResponse:
    """One decision against me, with all that was stated."""
    found = statement_for(request.user, puid)
    kind, reference = decision_of(found)
    context = {
        "statement": found,
        "pairs": describe(found),
        "decisions": decisions_of(found),
        "appeal_address": appeal_address(request.user, kind, reference),
        "appeal_ends_at": found.stated_at + timedelta(days=settings.ENVIRONMENT["YINJI_APPEAL_DAYS"]),
        "appeal_days": settings.ENVIRONMENT["YINJI_APPEAL_DAYS"],
    }
    return render(request, "accounts/reasons/statement.html", context)
