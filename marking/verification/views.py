"""The home page: drop a file, read what it is. No account, no cookie, and nothing kept unless somebody asks for it."""

from __future__ import annotations

import sys
import time
from contextlib import closing

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access.bodies import takes_body
from accounts.access.declare import public
from accounts.refusals import Refusal
from consent.receipts import checking
from consent.receipts.checking import LARGEST
from consent.receipts.intake import is_receipt
from consent.receipts.views import answered
from marking.verification import intake, keeping, streaming
from marking.verification.accepted import limits
from marking.verification.examination import Examination
from marking.verification.presentation import shown
from marking.verification.receiving import NamelessFile


@takes_body(sys.maxsize)  # what is too large is answered on the form itself
@public
@csrf_exempt  # a token would need a cookie; whoever forges this request only gets a stranger's file examined
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponseBase:
    """Show the form, or examine the file in the field ``file`` and show the report as it comes."""
    if request.method != "POST":
        return _form(request)
    try:
        file = intake.uploaded_file(request)
        if (answer := _receipt_checked(request, file)) is not None:
            return answer
        examination = Examination(file, intake.place(request))
    except Refusal as refusal:
        return _refused(request, refusal)
    return streaming.response(request, examination)


@public
@csrf_exempt  # it takes only what this site has signed, and stores it for whoever holds it
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the report in the field ``report`` for a while, and lead to its address."""
    try:
        intake.count_request(request, now=time.time())
        offered, with_name = request.POST.get("report", ""), request.POST.get("with_name") == "yes"
        token = keeping.keep(offered, with_name=with_name, now=timezone.now())
    except Refusal as refusal:
        return _refused(request, refusal)
    return HttpResponseRedirect(reverse("verification:kept", args=[token]), status=303)


@public
@require_safe
def kept(request: HttpRequest, token: str) -> HttpResponse:
    """Show a kept report as of its date; 410 once it is no longer kept (RFC 9110 section 15.5.11)."""
    found = keeping.look_up(token, now=timezone.now())
    if found is None:
        return _unlisted(render(request, "marking/verification/gone.html", status=410))
    report = shown(found.report, explanation=found.explanation)
    context = {"report": report, "checked_at": found.checked_at, "expires_at": found.expires_at}
    return _unlisted(render(request, "marking/verification/kept.html", context))


def _receipt_checked(request: HttpRequest, file: NamelessFile) -> HttpResponse | None:
    """Return the page of the receipt of a consent that somebody dropped here; None for any other file."""
    data = file.read(LARGEST + 1)
    file.seek(0)
    if not is_receipt(data):
        return None
    with closing(file):
        return answered(request, checking.check(data))


def _unlisted(response: HttpResponse) -> HttpResponse:
    """Return ``response`` with the wish that it be neither found nor stored nor told to other sites."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _form(request: HttpRequest) -> HttpResponse:
    return render(request, "marking/verification/home.html", {"form_error": None, "limits": limits()})


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    context = {"form_error": refusal.sentence, "limits": limits()}
    response = render(request, "marking/verification/home.html", context, status=refusal.status)
    for name, value in getattr(refusal, "headers", {}).items():
        response[name] = value
    return response
