"""The home page: drop a file, read what it is. No account, no cookie, nothing kept."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.access.bodies import takes_body
from accounts.access.declare import public
from accounts.refusals import Refusal
from marking.media import Limits
from marking.media.formats import ACCEPT
from marking.verification import intake
from marking.verification.presentation import shown


@takes_body(sys.maxsize)  # what is too large is answered on the form itself
@public
@csrf_exempt  # a token would need a cookie; whoever forges this request only gets a stranger's file examined
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Show the form, or examine the file in the field ``file`` and show the report."""
    if request.method != "POST":
        return _form(request)
    try:
        report = intake.examine_upload(request)
    except Refusal as refusal:
        return _refused(request, refusal)
    return render(request, "marking/verification/report.html", {"report": shown(report), "limits": _limits()})


def _form(request: HttpRequest) -> HttpResponse:
    return render(request, "marking/verification/home.html", {"form_error": None, "limits": _limits()})


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    context = {"form_error": refusal.sentence, "limits": _limits()}
    response = render(request, "marking/verification/home.html", context, status=refusal.status)
    for name, value in getattr(refusal, "headers", {}).items():
        response[name] = value
    return response


def _limits() -> dict[str, int | str]:
    limits = Limits()
    return {
        "max_megabytes": limits.bytes >> 20,
        "max_megapixels": limits.pixels // 1_000_000,
        "accept": ACCEPT,
    }
