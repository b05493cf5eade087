"""Pages of a creator's works."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access.bodies import takes_body
from accounts.access.declare import signed_in
from accounts.api.idempotency import StillRunning, answer_once
from accounts.identity.decorators import verified
from accounts.refusals import Refusal
from accounts.sanctions.gate import Limited, performs, refused
from accounts.sanctions.states import Function
from accounts.users.requests import SignedInRequest
from marking.media.formats import ACCEPT
from marking.works import files, gate, services
from marking.works.declaration import Depicts, Kind
from marking.works.earlier import AlreadyMarked, address_of, earlier_code, origin_sentence
from marking.works.expired import expired_among
from marking.works.faces.queries import faces_of
from marking.works.faces.wording import waiting_sentence
from marking.works.failures import earlier_work, failure_sentence, may_retry
from marking.works.forms import UploadForm
from marking.works.models import Work
from marking.works.policy import offers_unlabelled_copies
from marking.works.queries import is_deleted, work_for, works_of
from marking.works.refuting import refutation_of
from marking.works.responses import Missing, gone, missing, opened, sealed_off, served
from marking.works.states import WorkState
from marking.works.wording import (
    DEPICTS,
    KINDS,
    STATES,
    STEPS,
    describe_left_behind,
    describe_marks,
    describe_notes,
)

PAGE_SIZE = 24
_PASSING = frozenset({429, 507})  # too many requests, no room in the storage
LIMITS = {
    "max_megabytes": services.LIMITS.bytes >> 20,
    "max_megapixels": services.LIMITS.pixels // 1_000_000,
    "min_side": services.LIMITS.short_side,
    "accept": ACCEPT,
}


@signed_in
@require_GET
def works(request: SignedInRequest) -> HttpResponse:
    """My works, newest first."""
    page = Paginator(works_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    expired = expired_among([work.pk for work in page], timezone.now())
    return render(request, "marking/works/list.html", {"works": page, "expired": expired})


@takes_body(10 * services.LIMITS.bytes)
@verified
@performs(Function.GENERATE, Function.PUBLISH)
@require_http_methods(["GET", "POST"])
def upload(request: SignedInRequest) -> HttpResponse:
    """Submit one or more files with one declaration. A script that sends them singly gets JSON back."""
    if request.method == "GET":
        return render(
            request, "marking/works/upload.html", {"form": UploadForm(by=request.user), "limits": LIMITS}
        )
    form = UploadForm(request.POST, request.FILES, by=request.user)
    wants_json = "application/json" in request.headers.get("Accept", "")
    if not form.is_valid():
        if wants_json:
            return JsonResponse({"errors": form.errors.get_json_data()}, status=400)
        return render(request, "marking/works/upload.html", {"form": form, "limits": LIMITS}, status=400)
    if wants_json:
        return _submit_one(request, form)
    return _submit_all(request, form)


def _submit(request: SignedInRequest, form: UploadForm, file: TemporaryUploadedFile) -> Work:
    # FILE_UPLOAD_HANDLERS puts every upload on disk.
    path = Path(file.temporary_file_path())
    return services.submit(
        by=request.user,
        path=path,
        name=file.name or "",
        declaration=form.declaration(),
        corner=form.corner(),
        organisation=form.organisation_acted_for(),
    )


def _submit_one(request: SignedInRequest, form: UploadForm) -> HttpResponse:
    pictures = form.cleaned_data["pictures"]
    if len(pictures) != 1:
        message = _("One file at a time is expected here; %(found)d came.") % {"found": len(pictures)}
        return JsonResponse({"errors": {"pictures": [{"code": "one_file", "message": message}]}}, status=400)

    def produce() -> tuple[int, dict[str, str]]:
        work = _submit(request, form, pictures[0])
        return 201, {"work": work.code, "url": reverse("works:detail", args=[work.code])}

    try:
        return answer_once(request, request.user, produce)
    except Refusal as refusal:
        return JsonResponse({"errors": {"pictures": [_problem(refusal)]}}, status=refusal.status)


def _problem(refusal: Refusal) -> dict[str, str | bool]:
    """A refusal for a script; ``may_retry``: whether the same file may be taken another time."""
    is_passing = refusal.status in _PASSING or isinstance(refusal, StillRunning)
    return {
        "code": refusal.code,
        "message": str(refusal.sentence),
        "url": _leading_on(refusal),
        "may_retry": is_passing,
    }


def _leading_on(refusal: Refusal) -> str:
    """Where a refused uploader may read on; empty where there is nothing to read."""
    return refusal.address if isinstance(refusal, AlreadyMarked) else ""


def _linked(sentence: str, address: str) -> str:
    link = format_html(' <a href="{}">{}</a>', address, _("Open it")) if address else ""
    return format_html("{}{}", sentence, link)


def _submit_all(request: SignedInRequest, form: UploadForm) -> HttpResponse:
    refused: list[str] = []
    taken: list[Work] = []
    for file in form.cleaned_data["pictures"]:
        try:
            taken.append(_submit(request, form, file))
        except Refusal as refusal:
            names = {"file": services.clean_name(file.name or ""), "sentence": refusal.sentence}
            refused.append(_linked(_("%(file)s: %(sentence)s") % names, _leading_on(refusal)))
    if not taken:
        form.add_error("pictures", refused)
        return render(request, "marking/works/upload.html", {"form": form, "limits": LIMITS}, status=422)
    for sentence in refused:
        messages.error(request, sentence)
    return redirect("works:detail", taken[0].code) if len(taken) == 1 else redirect("works:list")


@signed_in
@require_GET
def detail(request: SignedInRequest, code: str) -> HttpResponse:
    """One work: how far it is, what was marked, what may be done with it."""
    return render(request, "marking/works/detail.html", _describe(work_for(request.user, code)))


@signed_in
@require_GET
def progress(request: SignedInRequest, code: str) -> HttpResponse:
    """The part of the page that changes while the work is being marked."""
    work = work_for(request.user, code)
    response = render(request, "marking/works/_progress.html", _describe(work))
    if work.state not in {WorkState.QUEUED, WorkState.MARKING}:
        response["HX-Refresh"] = "true"
    return response


def _describe(work: Work) -> dict[str, Any]:
    state = WorkState(work.state)
    job, note = getattr(work, "job", None), refutation_of(work)
    is_blocked = gate.blocked_since(work, timezone.now()) is not None
    return {
        "work": work,
        "is_blocked": is_blocked,
        "is_given_out": state is WorkState.RELEASED and not is_blocked,
        "state_label": STATES[state],
        "is_running": state in {WorkState.QUEUED, WorkState.MARKING},
        "step": STEPS[job.step if job and state is WorkState.MARKING else ""],
        "step_number": list(STEPS).index(job.step) if job and state is WorkState.MARKING else 0,
        "step_count": len(STEPS),
        "history": [(STATES[WorkState(each.state)], each) for each in work.transitions.all()],
        "marks": describe_marks(work.marks),
        "notes": describe_notes(work.notes),
        "left_behind": describe_left_behind(work.notes),
        "origin": origin_sentence(work),
        "origin_code": earlier_code(work),
        "kind": KINDS[Kind(work.kind)],
        "depicts": DEPICTS[Depicts(work.depicts)],
        "face_count": len(faces_of(work)),
        "faces_sentence": waiting_sentence(work) if state is WorkState.AWAITING_ANSWERS else "",
        **(_describe_failure(work) if state is WorkState.FAILED else {}),
        "may_leave_label_out": state is WorkState.RELEASED
        and offers_unlabelled_copies()
        and gate.may_leave_label_out(work),
        "certificate_path": reverse("certificate:page", args=[work.code]),
        "note": note.as_dict() if note else None,
    }


def _describe_failure(work: Work) -> dict[str, Any]:
    before = earlier_work(work)
    return {
        "failure": failure_sentence(work),
        "may_retry": may_retry(work),
        "earlier": before,
        "earlier_address": address_of(before, work.owner) if before else "",
    }


@signed_in
@performs(Function.DOWNLOAD, on_reading=True)
@require_GET
def download(request: SignedInRequest, code: str) -> HttpResponseBase:
    """The marked file, as an attachment under a plain name. Written into the log before the first byte."""
    work = work_for(request.user, code)
    try:
        gate.require_not_ended(work)
    except gate.NotGivenOut as refusal:
        return gone(request, refusal)
    if work.state != WorkState.RELEASED:
        raise Http404("nothing is released yet")
    try:
        file = opened(work, work.marked_path)
    except Missing:
        return _missing(request, work)
    try:
        services.record_download(by=request.user, work=work)
    except gate.NotGivenOut as refusal:
        file.close()
        return gone(request, refusal)
    except Limited as limited:
        file.close()
        return refused(request, limited)
    response = served(work, file, content_type=work.released_media_type)
    extension = work.marked_path.rsplit(".", 1)[-1]
    stem = work.source_name.rsplit(".", 1)[0][:80]
    response["Content-Disposition"] = (
        f"attachment; filename=\"{work.code}.{extension}\"; filename*=UTF-8''{quote(stem)}-{work.code}.{extension}"
    )
    return sealed_off(response)


def _missing(request: SignedInRequest, work: Work) -> HttpResponse:
    """The page in place of a file that cannot be opened: where it may not be had either, that comes first."""
    try:
        gate.require_served(work)
    except gate.NotGivenOut as refusal:
        return gone(request, refusal)
    return missing(request)


@signed_in
@require_GET
def preview(request: SignedInRequest, code: str, which: str) -> HttpResponseBase:
    """A small labelled copy for the owner's pages."""
    work = work_for(request.user, code)
    try:
        gate.require_served(work)
    except gate.NotGivenOut as refusal:
        return gone(request, refusal)
    if work.state != WorkState.RELEASED:
        raise Http404("there is no preview yet")
    try:
        file = opened(work, files.preview_name(work.code, which))
    except Missing:
        return missing(request)
    response = served(work, file, content_type="image/jpeg")
    # A consent that ends has to show at once: the browser keeps nothing that it would not ask for again.
    response["Cache-Control"] = "private, no-cache"
    return sealed_off(response)


@signed_in
@performs(Function.GENERATE, Function.PUBLISH)
@require_POST
def retry(request: SignedInRequest, code: str) -> HttpResponse:
    """Mark a failed work again."""
    work = work_for(request.user, code)
    try:
        services.retry(by=request.user, work=work)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("works:detail", work.code)


@signed_in
@require_http_methods(["GET", "POST"])
def delete(request: SignedInRequest, code: str) -> HttpResponse:
    """Ask, then delete the files of a work; what was deleted already may be deleted again."""
    if request.method == "POST" and is_deleted(request.user, code):
        return redirect("works:list")
    work = work_for(request.user, code)
    if request.method == "GET":
        return render(request, "marking/works/delete.html", {"work": work})
    try:
        services.delete(by=request.user, work=work)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("works:detail", work.code)
    return redirect("works:list")
