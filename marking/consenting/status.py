"""``/v/<code>``: how the consents to a work stand, and whether it is refuted, for people and for machines. No identity, no cookie, half a minute old at most."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.access.declare import public
from marking.works import numbers
from marking.works.models import Work
from marking.works.refuting import JSON, refutation_of
from marking.works.standing import Standing, Stands, standing_of

SECONDS = 30
"""How old what is told here may be: a note that refutes a work is seen within a minute of its publication."""
CACHED = f"public, max-age={SECONDS}"


@public
@require_safe
def page(request: HttpRequest, code: str) -> HttpResponseBase:
    """The status, as a page or, where ``Accept`` prefers it, as JSON."""
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return _varied(document(request, code))
    stands, note = _stands(code)
    context = {"code": code.upper(), "standing": stands.standing.value, "since": stands.since, "note": note}
    response = render(request, "marking/consenting/status.html", context, status=_status(stands))
    # A page for somebody who is signed in names them in its header.
    response["Cache-Control"] = f"private, max-age={SECONDS}" if request.user.is_authenticated else CACHED
    return _varied(response)


@public
@require_safe
def document(request: HttpRequest, code: str) -> HttpResponse:
    """The status as JSON: ``id``, ``status``, ``date``, the UTC day since when, and ``refutation``, the note that stands on the work."""
    stands, note = _stands(code)
    facts = {
        "id": code.upper(),
        "status": stands.standing.value,
        "date": stands.since.date().isoformat() if stands.since else None,
        "refutation": note,
    }
    return JsonResponse(facts, status=_status(stands), headers={"Cache-Control": CACHED})


def _stands(code: str) -> tuple[Stands, dict[str, JSON] | None]:
    """How the consents stand to the work with this number, and the note on it; unknown where there is none, or it was never released."""
    try:
        work = Work.objects.get(number=numbers.read(code), released_at__isnull=False)
    except (ValueError, Work.DoesNotExist):
        return Stands(Standing.UNKNOWN), None
    note = refutation_of(work)
    return standing_of(work), note.as_dict() if note else None


def _status(stands: Stands) -> int:
    return 404 if stands.standing is Standing.UNKNOWN else 200


def _varied(response: HttpResponseBase) -> HttpResponseBase:
    patch_vary_headers(response, ["Accept", "Accept-Language", "Cookie"])
    return response
