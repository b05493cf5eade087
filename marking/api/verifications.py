"""``POST /verifications``: the report of the home page as JSON, for anybody, on one file or on many."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from accounts.api.problems import PROBLEMS, Problem, members
from accounts.refusals import Refusal
from marking.api.works import RefutationOut
from marking.verification import intake
from marking.verification.batches import MOST_FILES, Batch
from marking.verification.report import Report, shown_name
from marking.verification.wording import verdict_sentence

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
    state: Literal["intact", "altered", "marks_removed", "consent_ended", "disputed", "blocked", "refuted"]
    consent_since: str | None = Field(
        description="the day since when somebody shown does not allow it any more; null where that is not so"
    )
    refutation: RefutationOut | None = Field(
        description="the note that refutes the work; null where there is none"
    )
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
    sentence: str = Field(description="the verdict for people, in the language of the request")
    marked_here: MarkedHereOut | None
    conflicts: list[str] = Field(description="stable codes of evidence that contradicts other evidence")
    evidence: list[EvidenceOut]


class ResultOut(Schema):
    """What came of one file of a batch: a report, or the problem that it would have got alone."""

    file: str
    status: int = Field(description="the status that the file would have been answered with alone")
    report: ReportOut | None
    problem: Problem | None


class BatchOut(Schema):
    """One result for each file, in the order in which they were sent."""

    results: list[ResultOut]


def _upload(field: str, described: dict[str, Any]) -> dict[str, Any]:
    """The body, described by hand: the view reads it itself, after its size and its sender were looked at."""
    schema = {"type": "object", "required": [field], "properties": {field: described}}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


ONE_FILE: dict[str, Any] = {"type": "string", "format": "binary"}
MANY_FILES: dict[str, Any] = {"type": "array", "items": ONE_FILE, "minItems": 1, "maxItems": MOST_FILES}
REFUSALS: dict[int, type[Schema]] = {**PROBLEMS, 408: Problem, 503: Problem}


@router.post(
    "/verifications",
    auth=None,
    response={200: ReportOut, **REFUSALS, 415: Problem},
    openapi_extra=_upload("file", ONE_FILE),
    summary="Examine a file",
)
def verify(request: HttpRequest) -> HttpResponse:
    """Examine a PNG, JPEG, WebP, GIF, TIFF, AVIF or HEIC file and say what it is. Needs no token; nothing of the file is kept."""
    return JsonResponse(_described(intake.examine_upload(request)))


@router.post(
    "/verifications/batch",
    auth=None,
    response={200: BatchOut, **REFUSALS},
    openapi_extra=_upload("files", MANY_FILES),
    summary="Examine up to 100 files",
    url_name="verify-batch",
)
def verify_batch(request: HttpRequest) -> StreamingHttpResponse:
    """Examine files one after another; each counts, and each may be refused by itself. The answer arrives as they are done."""
    return StreamingHttpResponse(_Results(Batch(request)), content_type="application/json")


class _Results:
    """The JSON of a `BatchOut`, made while it is sent. Django closes it, whether it was sent to the end or not."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch

    def __iter__(self) -> Iterator[str]:
        yield '{"results": ['
        for number, (name, outcome) in enumerate(self._batch.outcomes()):
            yield (", " if number else "") + json.dumps(_result(name, outcome))
        yield "]}"

    def close(self) -> None:
        self._batch.close()


def _result(name: str, outcome: Report | Refusal) -> dict[str, Any]:
    if isinstance(outcome, Report):
        return {"file": outcome.file, "status": 200, "report": _described(outcome), "problem": None}
    problem = members(outcome.status, outcome.code, str(outcome.sentence))
    return {"file": shown_name(name), "status": outcome.status, "report": None, "problem": problem}


def _described(report: Report) -> dict[str, Any]:
    """The report with its verdict in a sentence, which is in the reader's language and so no part of the report itself."""
    return {**report.as_dict(), "sentence": verdict_sentence(report.verdict)}
