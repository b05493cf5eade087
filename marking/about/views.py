"""Public pages on which the site answers for itself. No account, no cookie."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.access.declare import public
from accounts.records.queries import witnessed
from accounts.users.agreement_text import laid_out
from accounts.users.models import Agreement
from accounts.users.queries import current_agreement
from marking.about import queries, wording
from marking.about.figures import Year
from marking.desk.wording import answer_times
from marking.works.policy import offers_unlabelled_copies
from marking.works.wording import MARKS

COUNTED_EVERY = 300
"""Seconds for which the same figures are shown."""


@public
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Who runs the site, under which filings, how it marks, who checks names, and what stands behind its log."""
    environment = settings.ENVIRONMENT
    context = {
        "provider": environment["YINJI_PROVIDER_NAME"],
        "credit_code": environment["YINJI_PROVIDER_USCC"],
        "address": environment["YINJI_PROVIDER_ADDRESS"],
        "jurisdictions": environment["YINJI_JURISDICTIONS"],
        "marks": [MARKS[each] for each in sorted(MARKS)],
        "unlabelled": offers_unlabelled_copies(),
        "identity_provider": environment["YINJI_IDENTITY_PROVIDER"],
        "agreements": queries.agreements(),
        "times": list(answer_times()),
        "log": witnessed(),
    }
    return render(request, "marking/about/page.html", context)


@public
@require_safe
def agreement(request: HttpRequest, version: int) -> HttpResponse:
    """One version of the user agreement as it was published: what somebody accepted years ago stays readable."""
    found = get_object_or_404(Agreement, pk=version)
    text = laid_out(found, get_language() or "")
    context = {"agreement": found, "is_current": found == current_agreement(), **text}
    return render(request, "marking/about/agreement.html", context)


@public
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """How often what happened in a year, counted from the log."""
    years = list(queries.years(timezone.now()))
    found = _figures_of(_year(request.GET.get("year", str(years[0])), years))
    groups = list(wording.grouped(found.counts))
    context = {"figures": found, "groups": groups, "years": years, "log": witnessed()}
    return render(request, "marking/about/figures.html", context)


@public
@require_safe
def figures_document(request: HttpRequest, year: int) -> HttpResponse:
    """The same for machines: ``{year, records: [first, last], counts: {kind: twelve counts}}``."""
    found = _figures_of(_year(str(year), list(queries.years(timezone.now()))))
    said: dict[str, Any] = {
        "year": found.year,
        "records": [found.first, found.last],
        "counts": found.counts,
    }
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False})


def _figures_of(year: Year) -> queries.Figures:
    """Counted at most once in a while: to count reads every record of the year."""
    return cast(
        queries.Figures,
        cache.get_or_set(f"figures:{year.number}", lambda: queries.figures_of(year), COUNTED_EVERY),
    )


def _year(text: str, years: list[int]) -> Year:
    if text not in map(str, years):
        raise Http404(f"expected one of the years {years}, found {text!r}")
    return Year(int(text))
