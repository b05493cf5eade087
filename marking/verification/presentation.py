"""A report as the page shows it: sentences instead of codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from marking.registry import lookup
from marking.verification import wording
from marking.verification.report import Beside, Evidence, Finding, Layer, MarkedHere, Report
from marking.verification.weighing import weigh
from marking.works import numbers

_BADGES = {
    Finding.VALID: "found",
    Finding.REGISTERED: "found",
    Finding.RECOGNISED: "found",
    Finding.PREVIEW: "found",
    Finding.UNTRUSTED: "unknown_signer",
    Finding.NEAR_COPY: "found",
    Finding.NOT_DISTINCTIVE: "inconclusive",
}
"""The page's few words for findings: found, not_found, invalid, mismatched, unknown_signer, removed, inconclusive."""


@dataclass(frozen=True)
class ShownEvidence:
    """One card. ``finding`` is one of the page's words; ``details`` are names and values."""

    layer: str
    finding: str
    title: str
    sentence: str
    details: list[tuple[str, str]]


@dataclass(frozen=True)
class ShownOrigin:
    """The work that the file comes from, and the address of its certificate."""

    work: str
    state: str
    removed: list[str]
    url: str
    released_at: datetime | None
    sentence: str


@dataclass(frozen=True)
class ShownReport:
    """What the report page is drawn from. ``sha256`` is the file's, for a complaint about it; "" where unread."""

    file: str
    sha256: str
    verdict: str
    sentence: str
    explanation: str
    marked_here: ShownOrigin | None
    evidence: list[ShownEvidence]


def shown(report: Report) -> ShownReport:
    """Put a report into sentences, in the active language."""
    removed = report.marked_here.removed if report.marked_here else ()
    return ShownReport(
        file=report.file,
        sha256=_sha256(report),
        verdict=report.verdict.value,
        sentence=wording.verdict_sentence(report.verdict),
        explanation=gettext(weigh(report.evidence).sentence),
        marked_here=_origin(report, report.marked_here) if report.marked_here else None,
        evidence=[_card(each, is_removed=each.layer in removed) for each in report.evidence],
    )


def _origin(report: Report, marked_here: MarkedHere) -> ShownOrigin:
    registration = lookup.by_payload(numbers.read(marked_here.work))
    return ShownOrigin(
        work=marked_here.work,
        state=marked_here.state.value,
        removed=[str(wording.TITLES[layer]) for layer in marked_here.removed],
        url=reverse("certificate:page", args=[marked_here.work]),
        released_at=registration.work.released_at if registration else None,
        sentence=wording.marked_here_sentence(marked_here, report.evidence),
    )


def _sha256(report: Report) -> str:
    found = (each.facts.get("sha256") for each in report.evidence if each.layer is Layer.HASH)
    return str(next(found, "") or "")


def _card(evidence: Evidence, *, is_removed: bool) -> ShownEvidence:
    return ShownEvidence(
        layer=evidence.layer.value,
        finding="removed" if is_removed and evidence.finding is not Finding.INVALID else _badge(evidence),
        title=str(wording.TITLES[evidence.layer]),
        sentence=wording.evidence_sentence(evidence),
        details=wording.details(evidence.reported_facts()),
    )


def _badge(evidence: Evidence) -> str:
    if evidence.finding is Finding.UNREGISTERED:
        return "found" if evidence.layer is Layer.WATERMARK else "not_found"
    if evidence.facts.get("picture") == Beside.OTHER:
        return "mismatched"
    if (evidence.layer, evidence.finding) == (Layer.CREDENTIAL, Finding.INVALID):
        return "mismatched"
    return _BADGES.get(evidence.finding, evidence.finding.value)
