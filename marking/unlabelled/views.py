"""The pages of a copy without the visible label: the duties, the request, the copy."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access.declare import signed_in
from accounts.refusals import Refusal
from accounts.sanctions.gate import performs
from accounts.sanctions.states import Function
from accounts.users import agreement_text
from accounts.users.requests import SignedInRequest
from marking.unlabelled import services
from marking.unlabelled.forms import RequestForm
from marking.unlabelled.queries import latest_copy_of, live_copy_of
from marking.unlabelled.states import CopyState
from marking.unlabelled.terms import current_terms
from marking.unlabelled.wording import STATES, failure_sentence
from marking.works import gate
from marking.works.files import extension_of
from marking.works.models import Work
from marking.works.queries import work_for
from marking.works.responses import gone, sealed_off, served

PAGE = "marking/unlabelled/page.html"


@signed_in
@performs(Function.GENERATE, Function.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: SignedInRequest, code: str) -> HttpResponse:
    """Show the duties and what became of the last request; on POST, ask for a copy."""
    work = work_for(request.user, code)
    try:
        services.require_entitled(request.user, work)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("works:detail", work.code)
    if request.method == "POST":
        return _requested(request, work)
    return render(request, PAGE, _describe(work, RequestForm(initial={"terms": current_terms().version})))


@signed_in
@require_GET
def progress(request: SignedInRequest, code: str) -> HttpResponse:
    """The part of the page that changes while the copy is being made; once it is, the page loads anew."""
    work = work_for(request.user, code)
    live, latest = live_copy_of(work, now=timezone.now()), latest_copy_of(work)
    context = {"work": work, "state_sentence": STATES[CopyState(latest.state)] if latest else ""}
    response = render(request, "marking/unlabelled/_waiting.html", context)
    if live is None or live.state == CopyState.READY:
        response["HX-Refresh"] = "true"
    return response


@signed_in
@performs(Function.DOWNLOAD)
@require_POST
def download(request: SignedInRequest, code: str) -> HttpResponseBase:
    """The copy, as an attachment. Only by POST, so that no address of it can be passed on; recorded before its first byte."""
    work = work_for(request.user, code)
    try:
        _copy, file = services.hand_over(by=request.user, work=work)
    except gate.NotGivenOut as refusal:
        return gone(request, refusal)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("unlabelled:page", work.code)
    name = f"{work.code}-unlabelled.{extension_of(work.marked_path)}"
    response = served(work, file, content_type=work.released_media_type, filename=name)
    response["Cache-Control"] = "no-store"
    return sealed_off(response)


def _requested(request: SignedInRequest, work: Work) -> HttpResponse:
    form = RequestForm(request.POST)
    if not form.is_valid():
        return render(request, PAGE, _describe(work, form), status=400)
    purpose, terms = form.cleaned_data["purpose"], form.cleaned_data["terms"]
    try:
        services.request_copy(by=request.user, work=work, purpose=purpose, terms=terms)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("unlabelled:page", work.code)
    messages.success(request, _("Your request is recorded. The copy is made in a moment."))
    return redirect("unlabelled:page", work.code)


def _describe(work: Work, form: RequestForm) -> dict[str, Any]:
    is_chinese = (get_language() or "").startswith("zh")
    terms = current_terms()
    live, latest = live_copy_of(work, now=timezone.now()), latest_copy_of(work)
    return {
        "work": work,
        "form": form,
        "terms": list(agreement_text.blocks(terms.text_zh if is_chinese else terms.text_en)),
        "terms_version": terms.version,
        "text_language": "zh-Hans" if is_chinese else "en",
        "live": live,
        "latest": latest,
        "is_ready": live is not None and live.state == CopyState.READY,
        "state_sentence": STATES[CopyState(latest.state)] if latest else "",
        "failure": failure_sentence(latest.failure) if latest else "",
        "left": services.MOST_SENT - live.sent if live else 0,
        "most_sent": services.MOST_SENT,
    }
