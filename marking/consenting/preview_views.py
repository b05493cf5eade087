"""A person sees the picture of them that is to go out, and says yes or no."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access.declare import signed_in
from accounts.refusals import Refusal
from accounts.users.requests import SignedInRequest
from consent.uses.models import DepictedPerson
from consent.uses.previewing import approve, decline, shown_to
from consent.uses.states import UseState
from marking.consenting import previews
from marking.works import files, numbers
from marking.works.models import Work
from marking.works.responses import sealed_off


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: SignedInRequest, use: UUID) -> HttpResponse:
    """The picture, hidden until it is asked for, and the two answers."""
    place = _place(request, use)
    if request.method == "POST":
        return _answered(request, place)
    work = _work(place)
    is_made = default_storage.exists(files.preview_name(work.code, "asked"))
    if not is_made and place.use.state == UseState.AWAITING_PREVIEW:
        previews.ask_for(work)
    context = {
        "place": place,
        "work": work,
        "is_made": is_made,
        "is_open": place.use.state == UseState.AWAITING_PREVIEW and not _is_answered(place),
    }
    return render(request, "marking/consenting/preview.html", context)


@signed_in
@require_GET
def picture(request: SignedInRequest, use: UUID) -> HttpResponseBase:
    """The small labelled copy, while the answer is open."""
    place = _place(request, use)
    if place.use.state not in (UseState.AWAITING_PREVIEW, UseState.APPROVED):
        raise Http404("nobody is asked any more")
    try:
        file = default_storage.open(files.preview_name(_work(place).code, "asked"))
    except FileNotFoundError:
        raise Http404("it is not made yet") from None
    response = FileResponse(file, content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    return sealed_off(response)


def _place(request: SignedInRequest, use: UUID) -> DepictedPerson:
    try:
        return shown_to(request.user, use)
    except DepictedPerson.DoesNotExist:
        raise Http404("no such use") from None


def _work(place: DepictedPerson) -> Work:
    return Work.objects.get(pk=numbers.read(place.use.subject.partition(":")[2]))


def _is_answered(place: DepictedPerson) -> bool:
    return place.approved_at is not None or place.declined_at is not None


def _answered(request: SignedInRequest, place: DepictedPerson) -> HttpResponse:
    try:
        if request.POST.get("answer") == "approve":
            approve(by=request.user, place=place, sha256=request.POST.get("sha256", ""))
            messages.success(request, _("You let this picture go out. You can end that at any time."))
        else:
            decline(by=request.user, place=place)
            messages.success(request, _("The picture does not go out."))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("previews:page", place.use_id)
