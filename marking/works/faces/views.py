"""The page that asks whose the faces in a work are."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods
from PIL import Image

from accounts.access.declare import signed_in
from accounts.refusals import Refusal
from accounts.sanctions.gate import performs
from accounts.sanctions.states import Function
from accounts.users.requests import SignedInRequest
from marking.faces import Answer
from marking.works import files, gate
from marking.works.faces.forms import FacesForm, SamePersonForm
from marking.works.faces.models import FoundFace
from marking.works.faces.queries import faces_of, unanswered
from marking.works.faces.services import answer_faces, say_same
from marking.works.faces.wording import ANSWERS, CLOSED, name_face, settled_sentence
from marking.works.models import Work
from marking.works.queries import work_for
from marking.works.responses import gone, sealed_off
from marking.works.states import WorkState

PAGE = "marking/works/faces.html"
FEWEST_TO_COMPARE = 2
NUMBER_SHARE = 18
"""The longer side of the picture over the height of the numbers in it."""


@signed_in
@performs(Function.GENERATE, Function.PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: SignedInRequest, code: str) -> HttpResponse:
    """The picture with each face framed, and who they are; on POST, record the answers."""
    work = work_for(request.user, code)
    faces = faces_of(work)
    if not faces:
        return redirect("works:detail", work.code)
    if request.method == "POST" and "same" in request.POST:
        return _said_same(request, work, faces)
    if request.method == "POST":
        return _answered(request, work, faces)
    return render(request, PAGE, _describe(work, faces, _form(work, faces)))


@signed_in
@require_GET
def picture(request: SignedInRequest, code: str) -> HttpResponseBase:
    """The small labelled picture in which the faces are framed."""
    work = work_for(request.user, code)
    try:
        gate.require_served(work)
    except gate.NotGivenOut as refusal:
        return gone(request, refusal)
    try:
        file = default_storage.open(files.preview_name(work.code, "faces"))
    except FileNotFoundError:
        raise Http404("no face was found") from None
    response = FileResponse(file, content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    return sealed_off(response)


def _answered(request: SignedInRequest, work: Work, faces: list[FoundFace]) -> HttpResponse:
    form = _form(work, faces, request.POST)
    if not form.faces:
        messages.error(request, CLOSED)
        return redirect("works:detail", work.code)
    if not form.is_valid():
        return render(request, PAGE, _describe(work, faces, form), status=400)
    try:
        answer_faces(by=request.user, work=work, answers=form.answers())
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, settled_sentence(work))
    return redirect("works:detail", work.code)


def _said_same(request: SignedInRequest, work: Work, faces: list[FoundFace]) -> HttpResponse:
    form = SamePersonForm(_real(faces), request.POST, is_moving=_is_moving(faces))
    if not form.is_valid():
        return render(request, PAGE, _describe(work, faces, _form(work, faces), form), status=400)
    try:
        say_same(by=request.user, work=work, same=form.same())
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, settled_sentence(work))
    return redirect("works:detail", work.code)


def _real(faces: list[FoundFace]) -> list[FoundFace]:
    return [face for face in faces if face.answer == Answer.REAL_PERSON]


def _same_form(work: Work, faces: list[FoundFace]) -> SamePersonForm | None:
    """The question which faces are one person's; None where there is nothing to ask, or too late."""
    real = _real(faces)
    if work.state != WorkState.AWAITING_CONSENT or len(real) < FEWEST_TO_COMPARE:
        return None
    return SamePersonForm(real, is_moving=_is_moving(faces))


def _form(work: Work, faces: list[FoundFace], data: Any = None) -> FacesForm:
    return FacesForm([face for face in faces if _is_open(work, face)], data, is_moving=_is_moving(faces))


def _is_open(work: Work, face: FoundFace) -> bool:
    """Whether what was said of ``face`` may be said otherwise; see :func:`answer_faces`."""
    if work.state == WorkState.AWAITING_CONSENT:
        return face.answer != Answer.REAL_PERSON
    return work.state == WorkState.AWAITING_ANSWERS


def _is_moving(faces: list[FoundFace]) -> bool:
    return any(face.frame for face in faces)


def _describe(
    work: Work, faces: list[FoundFace], form: FacesForm, same: SamePersonForm | None = None
) -> dict[str, Any]:
    is_moving = _is_moving(faces)
    size = _preview_size(work)
    height = max(size) // NUMBER_SHARE if size else 0
    return {
        "work": work,
        "form": form,
        "same_form": same or _same_form(work, faces),
        "questions": [form[name] for name in form.fields],
        "preview": size,
        "number_height": height,
        "frames": [(face.position, face.shown, _line_above(face, height)) for face in faces],
        "answered": [
            (name_face(face, is_moving=is_moving), ANSWERS[Answer(face.answer)])
            for face in faces
            if face.answer and not _is_open(work, face)
        ],
        "is_waiting": unanswered(work) > 0,
    }


def _line_above(face: FoundFace, height: int) -> int:
    """Where the number of a face stands, in pixels from the top: above its frame, or inside where there is no room."""
    top: int = face.shown[1]
    return top - height // 4 if top > height else top + height


def _preview_size(work: Work) -> tuple[int, int] | None:
    """Width and height of the picture that this site made; None where it is gone or damaged."""
    try:
        with default_storage.open(files.preview_name(work.code, "faces")) as file, Image.open(file) as opened:
            return opened.size
    except OSError:
        return None
