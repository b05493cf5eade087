"""Tracing a marked file or a number to a work. Nothing of the file is kept."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access.bodies import takes_body
from accounts.access.declare import requires
from accounts.access.own_pages import from_own_pages
from accounts.access.permissions import Permission
from accounts.access.roles import has_permission
from accounts.identity.queries import level_of
from accounts.identity.wording import describe
from accounts.refusals import Refusal
from marking.desk.tracing.forms import NumberForm
from marking.desk.tracing.services import Trace, trace_file, trace_number
from marking.verification import intake
from marking.verification.accepted import limits
from marking.verification.titles import TITLES

if TYPE_CHECKING:
    from accounts.users.requests import SignedInRequest


@takes_body(sys.maxsize)  # what is too large is answered on the form itself
@requires(Permission.TRACE_WORKS)
@never_cache
@from_own_pages  # the token against forged requests would be read with the file, before its size is known
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: SignedInRequest) -> HttpResponse:
    """The two forms; on POST examine the file in the field ``file`` and say which work it is."""
    if request.method != "POST":
        return _page(request)
    try:
        report = intake.examine_upload(request)
    except Refusal as refusal:
        return _page(request, file_error=refusal.sentence, status=refusal.status)
    found = trace_file(by=request.user, report=report)
    if found is None:
        sentence = _("Nothing in this file proves that it comes from a work of this site.")
        return _page(request, file_error=sentence, status=404)
    return _found(request, found)


@requires(Permission.TRACE_WORKS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def number(request: SignedInRequest) -> HttpResponse:
    """The work of a number."""
    if request.method != "POST":
        return redirect("trace:start")
    form = NumberForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=400)
    found = trace_number(by=request.user, number=form.cleaned_data["number"])
    if found is None:
        form.add_error("number", _("This site has released no work of this number."))
        return _page(request, form=form, status=404)
    return _found(request, found)


def _found(request: SignedInRequest, found: Trace) -> HttpResponse:
    is_own = found.work.owner_id == request.user.pk
    context = {
        "trace": found,
        "layers": [TITLES[layer] for layer in found.layers],
        "level": describe(level_of(found.work.owner)),
        "is_own": is_own,
        "can_ask": not is_own and has_permission(request.user, Permission.ASK_ELEVATION),
    }
    return render(request, "marking/desk/tracing/found.html", context)


def _page(
    request: SignedInRequest, *, form: NumberForm | None = None, file_error: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"form": form or NumberForm(), "file_error": file_error, "limits": limits()}
    return render(request, "marking/desk/tracing/start.html", context, status=status)
