"""Pages of receipts: one's own, the check for anybody, and what is needed to check one without this site."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access.bodies import takes_body
from accounts.access.declare import public, signed_in
from accounts.refusals import Refusal
from consent.receipts import checking, intake, jws, pdf, verify_offline
from consent.receipts import keys as our_keys
from consent.receipts.collecting import shown_text
from consent.receipts.queries import receipt_for, unreadable
from consent.receipts.sides import Side
from consent.receipts.wording import SENTENCES, sections, standing_sentence

if TYPE_CHECKING:
    from accounts.users.requests import SignedInRequest
    from consent.receipts.checking import Checked

CHECK = "consent/receipts/check.html"


@signed_in
@require_safe
def page(request: SignedInRequest, receipt: UUID) -> HttpResponse:
    """One's own receipt, in words."""
    found = receipt_for(request.user, receipt)
    if (refusal := unreadable(found)) is not None:
        return _refused(request, refusal)
    checked = checking.look_up(found.sha256)
    context = {
        "receipt": found,
        "sections": sections(found.document),
        "standing": standing_sentence(checked) if checked else SENTENCES[checking.NOT_ON_RECORD],
        "is_valid": checked is not None,
        "is_newest": checked is None or checked.is_newest,
        "is_in_log": checked is None or checked.is_in_log,
        "text": shown_text(found.grant) if found.side == Side.PERSON else "",
    }
    return render(request, "consent/receipts/page.html", context)


@signed_in
@require_safe
def json_file(request: SignedInRequest, receipt: UUID) -> HttpResponse:
    """The signed receipt."""
    found = receipt_for(request.user, receipt)
    if (refusal := unreadable(found)) is not None:
        return _refused(request, refusal)
    return _download(jws.file_of(found.jws), "application/json", f"receipt-{found.reference}.json")


@signed_in
@require_safe
def pdf_file(request: SignedInRequest, receipt: UUID) -> HttpResponse:
    """The same for paper, with the signed receipt inside, in the reader's language."""
    found = receipt_for(request.user, receipt)
    if (refusal := unreadable(found)) is not None:
        return _refused(request, refusal)
    return _download(pdf.render(found), "application/pdf", f"receipt-{found.reference}.pdf")


@takes_body(intake.LARGEST_BODY)
@public
@csrf_exempt  # it changes nothing; whoever forges this request only gets a receipt checked
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Check a receipt that anybody holds: the file in ``file``, or the hash that the code on paper leads here with."""
    sha256 = request.GET.get("sha256", "")
    if request.method != "POST" and not sha256:
        return render(request, CHECK, {})
    try:
        if request.method == "POST":
            return answered(request, intake.checked(request, now=time.time()))
        return answered(request, intake.looked_up(request, sha256, now=time.time()))
    except Refusal as refusal:
        return _refused(request, refusal)


@public
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys of receipts, as a JWK Set (RFC 7517)."""
    return JsonResponse(our_keys.published(), content_type="application/jwk-set+json")


@public
@require_safe
def program(request: HttpRequest) -> HttpResponse:
    """The program that checks a receipt without any network."""
    source = Path(verify_offline.__file__).read_bytes()
    return _download(source, "text/x-python; charset=utf-8", "verify.py")


def answered(request: HttpRequest, checked: Checked) -> HttpResponse:
    """Return the page that says what came of a check."""
    facts = sections(checked.document) if checked.is_valid else []
    context = {"checked": checked, "sentence": SENTENCES[checked.code], "sections": facts}
    return render(request, CHECK, {**context, "standing": standing_sentence(checked)})


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    response = render(request, CHECK, {"form_error": refusal.sentence}, status=refusal.status)
    for name, value in getattr(refusal, "headers", {}).items():
        response[name] = value
    return response


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": disposition})
