"""``POST /verifications``: the report of the home page as JSON, for anybody."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router, Schema
from pydantic import ConfigDict

from accounts.api.problems import PROBLEMS, Problem
from marking.verification import intake

router = Router(tags=["verifications"])


class ChangeOut(Schema):
    """A changed region; ``box`` is x, y, width, height in pixels of the upload as displayed."""

    kind: str
    box: list[int]
    confidence: float


class RemovedMarkOut(Schema):
    """A mark of the work that is not in this file, how it is gone, and the clause that forbids to take it away."""

    layer: str
    how: Literal["missing", "no_longer_matches", "replaced"]
    clause: str


class MarkedHereOut(Schema):
    """The registered work that the file comes from."""

    work: str
    state: Literal["intact", "altered", "marks_removed", "consent_ended", "disputed", "refuted"]
    removed: list[str]
    removed_marks: list[RemovedMarkOut]
    changes: list[ChangeOut]


class EvidenceOut(Schema):
    """What one layer found; further fields depend on the layer."""

    model_config = ConfigDict(extra="allow")

    layer: Literal[
        "explicit_label", "implicit_label", "credential", "watermark", "hash", "fingerprint", "generator"
    ]
    finding: str


class ReportOut(Schema):
    """The verdict first, then where the file comes from, then the evidence."""

    file: str
    verdict: Literal["confirmed", "possible", "suspected", "no_label_found", "inconclusive"]
    marked_here: MarkedHereOut | None
    conflicts: list[str]
    evidence: list[EvidenceOut]


UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}
"""The body, described by hand: the view reads it itself, after its size and its sender were looked at."""


ANSWERS: dict[int, type[Schema]] = {200: ReportOut, **PROBLEMS, 415: Problem, 503: Problem}


@router.post("/verifications", auth=None, response=ANSWERS, openapi_extra=UPLOAD, summary="Examine a file")
def verify(request: HttpRequest) -> HttpResponse:
    """Examine a PNG, JPEG, WebP, GIF, TIFF, AVIF or HEIC file and say what it is. Needs no token; nothing of the file is kept."""
    return JsonResponse(intake.examine_upload(request).as_dict())
