"""The public certificate of a work: what anybody may know about it, and nothing more."""

from __future__ import annotations

import io
from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access.declare import public
from accounts.identity.queries import level_of
from accounts.identity.wording import describe, statement
from marking.works import certificate_pages
from marking.works.declaration import Kind
from marking.works.earlier import earlier_code
from marking.works.models import Work
from marking.works.queries import published_work
from marking.works.refuting import refutation_of
from marking.works.standing import Standing, Stands, standing_of
from marking.works.states import WorkState
from marking.works.wording import KINDS, name_marks


def facts(work: Work) -> dict[str, Any]:
    """The public facts of a work that was ever released, by name. Never a person, a file name or an address."""
    level, stands, note = level_of(work.owner), standing_of(work), refutation_of(work)
    return {
        "id": work.code,
        "state": _state(work, stands),
        "released_at": work.released_at,
        "consent_ended_at": stands.since if stands.standing is Standing.ENDED else None,
        "consent": stands.standing.value,
        "kind": work.kind,
        "tool": work.tool,
        "tool_version": work.tool_version,
        "producer_id": work.owner.producer_id,
        "identity_level": int(level),
        "identity_verified_by_third_party": level.is_third_party,
        "identity_statement": statement(level),
        "media_type": work.released_media_type,
        "width": work.width,
        "height": work.height,
        "sha256": work.marked_sha256,
        "marks": [mark["name"] for mark in work.marks],
        "made_from": earlier_code(work),
        "refutation": note.as_dict() if note else None,
    }


def _state(work: Work, stands: Stands) -> str:
    if work.state == WorkState.DELETED:
        return "deleted"
    if stands.standing is Standing.BLOCKED:
        return "blocked"
    return "consent_ended" if stands.standing in (Standing.ENDED, Standing.DISPUTED) else "released"


def address(work: Work) -> str:
    """The certificate's full address, as in the QR code."""
    return f"{settings.SITE_URL}{reverse('certificate:page', args=[work.code])}"


@public
@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The certificate for people."""
    return certificate_pages.answered(request, code, lambda: _rendered(request, code))


def _rendered(request: HttpRequest, code: str) -> HttpResponse:
    try:
        work = published_work(code)
    except Http404:
        return _unknown(request, code)
    if code != work.code:
        return redirect("certificate:page", work.code, permanent=True)
    certificate = facts(work) | {
        "code": work.code,
        "kind_label": KINDS[Kind(work.kind)],
        "identity_sentence": describe(level_of(work.owner)),
        "marks": name_marks(work.marks),
        "address": address(work),
    }
    context = {"certificate": certificate, "qr_url": reverse("certificate:qr", args=[work.code])}
    return render(request, "marking/works/certificate.html", context)


def _unknown(request: HttpRequest, code: str) -> HttpResponse:
    """What a mistyped number leads to."""
    certificate = {"code": code.upper(), "state": "unknown"}
    return render(request, "marking/works/certificate.html", {"certificate": certificate}, status=404)


@public
@require_safe
def qr(request: HttpRequest, code: str) -> HttpResponse:
    """The certificate's address as a QR code (ISO/IEC 18004, error correction M), SVG."""
    picture = io.BytesIO()
    segno.make_qr(address(published_work(code)), error="m").save(
        picture, kind="svg", scale=4, border=4, svgclass=None, lineclass=None, light="#fff"
    )
    return HttpResponse(
        picture.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"}
    )
