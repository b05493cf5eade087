"""Works over the API: for generation services that hold a token."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, cast

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from accounts.api.idempotency import answer_once
from accounts.api.problems import PROBLEMS
from accounts.api.tokens import TokenAuth, TokenRequest, owner_of
from accounts.refusals import Refusal
from marking.faces import Answer
from marking.marks.explicit_label import Corner
from marking.pipeline.faces import MOST_FACES
from marking.works import certificates, gate, services
from marking.works.bodies import API
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.earlier import earlier_code
from marking.works.faces.queries import described
from marking.works.faces.services import answer_faces, say_same
from marking.works.failures import failure_sentence
from marking.works.models import Work
from marking.works.parameters import LONGEST
from marking.works.queries import published_work, watermark_of, work_for
from marking.works.responses import opened, served
from marking.works.states import WorkState
from marking.works.wording import describe_left_behind, describe_notes

router = Router(tags=["works"])
Said = Literal["real_person", "synthetic", "not_a_face"]


class DeclarationForm(Schema):
    """What the service says of the file (Labelling Measures Art. 10)."""

    tool: str = Field(min_length=1, max_length=100)
    tool_version: str = Field("", max_length=50)
    kind: Literal["dialogue", "voice", "face", "scene", "content", "other"]
    depicts: Literal["nobody", "face", "voice", "face_and_voice"]
    faces_declared_synthetic: bool = Field(
        False,
        description="every face in the file is synthetic and the uploader knows none: do not ask about each",
    )
    parameters: str = Field(
        "",
        description=f"prompt, seed and other parameters that it was generated from, {LONGEST} characters at most; a salted hash of them is recorded, and nothing kept",
    )
    label_corner: Literal["auto", "top_left", "top_right", "bottom_left", "bottom_right"] = "auto"


class QualityAnswer(Schema):
    """What the watermark did to the picture, measured against the labelled picture before it."""

    psnr: float = Field(description="dB over the whole picture at full size; 99 stands for no difference")
    flat_psnr: float = Field(description="dB over the tenth of its tiles that vary least")
    worst_tile_psnr: float = Field(description="dB of the tile that differs most")
    worst_tile: tuple[int, int, int, int] = Field(description="x, y, width, height of that tile in pixels")
    ssim: float = Field(description="mean structural similarity of the luma, at most 1")
    ssim_reduction: int = Field(description="how many times smaller each side was for the similarity")


class WatermarkAnswer(Schema):
    """The invisible watermark of a released work; null where an older version did not measure it."""

    bits: int
    scheme: int | None = Field(description="version of the scheme it was written in")
    confidence: float = Field(description="agreement when it was read back before the release, 0 to 1")
    deflection: float | None = Field(
        description="signal over noise in a trial before the release: cropped, halved and compressed"
    )
    is_robust: bool | None = Field(description="whether the trial left enough for it to survive sharing")
    quality: QualityAnswer | None
    warning: str | None = Field(description="what is wrong and what to do, where it is not robust")


class FaceAnswer(Schema):
    """A face that was found in the upload."""

    face: int = Field(description="its number, from 1")
    frame: int = Field(description="frame of an animation, from 0; 0 for a still")
    box: tuple[int, int, int, int] = Field(description="x, y, width, height in pixels as displayed")
    confidence: float = Field(description="0 to 1; it ranks findings and is no probability")
    answer: Said | None = Field(description="whose it is; null until somebody said")
    same_as: int | None = Field(
        description="number of an earlier face of the same person; null for somebody of their own"
    )


class FaceSaid(Schema):
    """Whose one face is."""

    face: int
    answer: Said
    same_as: int | None = Field(
        None,
        description="number of an earlier face of the same real person, who is asked once; null for somebody of their own",
    )


class FacesSaid(Schema):
    """Whose some or all of the faces are."""

    answers: list[FaceSaid] = Field(min_length=1, max_length=MOST_FACES)


class WorkAnswer(Schema):
    """A work as its owner sees it."""

    id: str
    payload: int
    state: str
    media_type: str
    width: int
    height: int
    source_sha256: str
    sha256: str | None
    marks: list[str]
    notes: list[str] = Field(description="what was converted on the way, in the reader's language")
    left_behind: list[str] = Field(
        description="kinds of metadata of the upload that the marked file goes without, in the reader's language"
    )
    made_from: str | None = Field(
        description="id of the released work of which the upload was an edited copy"
    )
    faces: list[FaceAnswer] = Field(
        description="faces that were found before the marking; where one has no answer, the work awaits it"
    )
    watermark: WatermarkAnswer | None
    failure: dict[str, str] | None
    links: dict[str, str]


class BothLanguages(Schema):
    """A text in both languages."""

    zh: str
    en: str


class RefutationOut(Schema):
    """The note that refutes a work: show it wherever you show the work."""

    text: BothLanguages
    sources: list[str]
    signer: str
    version: int
    published_on: str = Field(description="day of this version")
    address: str = Field(description="page with every version")


class CertificateAnswer(Schema):
    """The public facts of a released work."""

    id: str
    state: Literal["released", "deleted", "consent_ended", "blocked"]
    released_at: str
    consent: Literal["valid", "ended", "not_required", "disputed", "unknown", "blocked"] = Field(
        description="whether the people shown allow it now"
    )
    consent_ended_at: str | None
    kind: str
    tool: str
    tool_version: str
    producer_id: str
    identity_level: int
    identity_verified_by_third_party: bool
    identity_statement: str = Field(description="who checked the owner's identity, in English")
    media_type: str
    width: int
    height: int
    sha256: str
    marks: list[str]
    made_from: str | None = Field(description="id of the released work of which this one is an edited copy")
    refutation: RefutationOut | None = Field(description="the note that stands on it; null where none does")


def describe(work: Work) -> dict[str, Any]:
    """A work as the API answers it."""
    is_released, now = work.state == WorkState.RELEASED, timezone.now()
    is_blocked = gate.blocked_since(work, now) is not None
    links = {"self": _absolute("api-1:work", work.code)}
    if is_released and not is_blocked and gate.is_allowed(work, now):
        links["download"] = _absolute("api-1:download", work.code)
    if is_released:
        links["certificate"] = certificates.address(work)
    if work.state == WorkState.AWAITING_ANSWERS:
        links["faces"] = _absolute("api-1:faces", work.code)
    return {
        "id": work.code,
        "payload": work.number,
        "state": "blocked" if is_blocked else work.state,
        "media_type": work.released_media_type,
        "width": work.width,
        "height": work.height,
        "source_sha256": work.source_sha256,
        "sha256": work.marked_sha256 or None,
        "marks": [mark["name"] for mark in work.marks],
        "notes": describe_notes(work.notes),
        "left_behind": describe_left_behind(work.notes),
        "made_from": earlier_code(work),
        "faces": described(work),
        "watermark": watermark_of(work),
        "failure": {"code": work.failure, "sentence": failure_sentence(work)} if work.failure else None,
        "links": links,
    }


def _absolute(name: str, code: str) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=[code])}"


@router.post(
    "/works", auth=TokenAuth("works:write"), response={202: WorkAnswer, **PROBLEMS}, url_name="works"
)
def submit(request: TokenRequest, declaration: Form[DeclarationForm], file: File[UploadedFile]) -> Any:
    """Submit one file. It is marked in the background: follow ``links.self`` until ``state`` is *released*."""
    owner = owner_of(request)
    on_disk = cast(TemporaryUploadedFile, file)  # FILE_UPLOAD_HANDLERS puts every upload there

    def produce() -> tuple[int, dict[str, Any]]:
        work = services.submit(
            by=owner,
            path=Path(on_disk.temporary_file_path()),
            name=file.name or "",
            declaration=Declaration(
                declaration.tool,
                declaration.tool_version,
                Kind(declaration.kind),
                Depicts(declaration.depicts),
                faces_are_synthetic=declaration.faces_declared_synthetic,
                parameters=declaration.parameters,
            ),
            corner=None if declaration.label_corner == "auto" else Corner(declaration.label_corner),
        )
        return 202, describe(work)

    return answer_once(request, owner, produce)


@router.get(
    "/works/{code}", auth=TokenAuth("works:read"), response={200: WorkAnswer, **PROBLEMS}, url_name="work"
)
def read(request: TokenRequest, code: str) -> Any:
    """One of the owner's works."""
    return describe(work_for(owner_of(request), code))


@router.post(
    "/works/{code}/faces",
    auth=TokenAuth("works:write"),
    response={200: WorkAnswer, **PROBLEMS},
    url_name="faces",
)
def say_of_faces(request: TokenRequest, code: str, said: FacesSaid) -> Any:
    """Say whose the faces in a work are. Once each has an answer, the work is marked or waits for consent."""
    owner = owner_of(request)
    work = work_for(owner, code)
    answers = {each.face: Answer(each.answer) for each in said.answers}
    same = {each.face: each.same_as for each in said.answers if "same_as" in each.model_fields_set}

    def produce() -> tuple[int, dict[str, Any]]:
        with transaction.atomic():
            answer_faces(by=owner, work=work, answers=answers)
            if same:
                say_same(by=owner, work=work, same=same)
        return 200, describe(work)

    return answer_once(request, owner, produce)


@router.get("/works/{code}/download", auth=TokenAuth("works:read"), url_name="download", response=PROBLEMS)
def download(request: TokenRequest, code: str) -> HttpResponseBase:
    """The marked file. Written into the log before the first byte."""
    owner = owner_of(request)
    work = work_for(owner, code)
    if work.state not in (WorkState.RELEASED, WorkState.CONSENT_ENDED):
        raise Http404("nothing is released yet")
    gate.require_served(work)
    file = opened(work, work.marked_path)
    try:
        services.record_download(by=owner, work=work, channel=API)
    except Refusal:
        file.close()
        raise
    extension = work.marked_path.rsplit(".", 1)[-1]
    name = f"{work.code}.{extension}"
    return served(work, file, content_type=work.released_media_type, filename=name)


@router.get(
    "/certificates/{code}", auth=None, response={200: CertificateAnswer, **PROBLEMS}, url_name="certificate"
)
def certificate(request: HttpRequest, code: str) -> Any:
    """The public certificate of a released work."""
    facts = certificates.facts(published_work(code))
    times = {name: facts[name] for name in ("released_at", "consent_ended_at")}
    return facts | {name: at.isoformat() if at else None for name, at in times.items()}
