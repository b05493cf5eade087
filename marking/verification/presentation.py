"""A report as the page shows it: sentences instead of codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from marking.registry import lookup
from marking.registry.models import Registration
from marking.verification import wording
from marking.verification.certainty import certainty
from marking.verification.report import (
    Beside,
    Evidence,
    Finding,
    How,
    Layer,
    MarkedHere,
    RemovedMark,
    Report,
    State,
)
from marking.verification.tamper_map import ShownMap, tamper_map
from marking.verification.weighing import weigh
from marking.works import numbers
from marking.works.refuting import Refutation, refutation_of
from marking.works.standing import Standing, Stands, dark_since
from marking.works.states import WorkState

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

_REMOVED: Mapping[How, Promise] = {
    How.MISSING: _("It is not in this file."),
    How.NO_LONGER_MATCHES: _("It is there, but it no longer matches the file."),
    How.REPLACED: _("In its place is the mark of somebody else."),
}
_STATES: Mapping[Standing, str] = {
    Standing.ENDED: State.CONSENT_ENDED.value,
    Standing.DISPUTED: State.DISPUTED.value,
    Standing.BLOCKED: State.BLOCKED.value,
}
_DELETED = _(
    "The work was deleted here since: only its record is left, and smaller changes to the picture can no longer be seen."
)


_BLOCKED = _("This site turned the access to it off: it is not given out here.")


@dataclass(frozen=True)
class ShownEvidence:
    """One card. ``finding`` is one of the page's words; ``details`` are names and values."""

    layer: str
    finding: str
    title: str
    sentence: str
    details: list[tuple[str, str]]


@dataclass(frozen=True)
class ShownRemoval:
    """A mark that is gone: which, how, and the clauses that forbid taking it away; empty where none is known."""

    title: str
    sentence: str
    clauses: str


@dataclass(frozen=True)
class ShownOrigin:
    """The work that the file comes from, and the address of its certificate.

    ``consent`` and ``refutation`` are sentences, empty where nothing is known of either; ``note``: the refutation with its sources.
    """

    work: str
    state: str
    removed: list[ShownRemoval]
    url: str
    released_at: datetime | None
    sentence: str
    consent: str = ""
    refutation: str = ""
    note: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ShownReport:
    """What the report page is drawn from. ``sha256`` is the file's, for a complaint about it; "" where unread."""

    file: str
    sha256: str
    verdict: str
    sentence: str
    explanation: str
    certainty: str
    marked_here: ShownOrigin | None
    map: ShownMap | None
    conflicts: list[str]
    evidence: list[ShownEvidence]


def shown(report: Report, *, explanation: str = "") -> ShownReport:
    """Put a report into sentences, in the active language.

    ``explanation``: the English sentence of the row of the table that decided, where it decided at another time.
    """
    removed = report.marked_here.removed if report.marked_here else ()
    return ShownReport(
        file=report.file,
        sha256=_sha256(report),
        verdict=report.verdict.value,
        sentence=wording.verdict_sentence(report.verdict),
        explanation=gettext(explanation or weigh(report.evidence).sentence),
        certainty=certainty(report),
        marked_here=_origin(report, report.marked_here) if report.marked_here else None,
        map=tamper_map(report),
        conflicts=[wording.conflict_sentence(code) for code in report.conflicts],
        evidence=[_card(each, is_removed=each.layer in removed) for each in report.evidence],
    )


def _origin(report: Report, marked_here: MarkedHere) -> ShownOrigin:
    registration = lookup.by_payload(numbers.read(marked_here.work))
    sentence = wording.marked_here_sentence(marked_here, report.evidence)
    dark = dark_since(registration.work) if registration else None
    note = refutation_of(registration.work) if registration else None
    return ShownOrigin(
        work=marked_here.work,
        state=_state(marked_here, dark, note),
        removed=[_removal(mark) for mark in _removed_marks(marked_here)],
        url=reverse("certificate:page", args=[marked_here.work]),
        released_at=registration.work.released_at if registration else None,
        sentence=" ".join([sentence, *_beside(registration, dark)]),
        consent=_consent(dark) if dark else "",
        refutation=note.text(get_language() or "") if note else "",
        note=note.as_dict() if note else None,
    )


def _beside(registration: Registration | None, dark: Stands | None) -> list[str]:
    """What became of the work here since, in sentences."""
    if registration is None:
        return []
    said = [
        (registration.work.state == WorkState.DELETED, _DELETED),
        (dark is not None and dark.standing is Standing.BLOCKED, _BLOCKED),
    ]
    return [str(sentence) for is_so, sentence in said if is_so]


def _state(marked_here: MarkedHere, dark: Stands | None, note: Refutation | None) -> str:
    if dark is not None:
        return _STATES[dark.standing]
    return State.REFUTED.value if note else marked_here.state.value


def _consent(dark: Stands) -> str:
    """What is said of the consents to a work that somebody shown does not allow any more; "" of one that the desk blocked."""
    if dark.standing is Standing.BLOCKED:
        return ""
    if dark.since is None or dark.standing is not Standing.ENDED:
        return gettext("Whether the people shown allow it is being settled.")
    date = formats.date_format(timezone.localtime(dark.since), "DATE_FORMAT")
    return gettext("Consent ended on %(date)s. Nobody may pass it on.") % {"date": date}


def _sha256(report: Report) -> str:
    found = (each.facts.get("sha256") for each in report.evidence if each.layer is Layer.HASH)
    return str(next(found, "") or "")


def _removed_marks(marked_here: MarkedHere) -> tuple[RemovedMark, ...]:
    """Return the marks that are gone, also where it is only known that, and not how."""
    told = {mark.layer for mark in marked_here.removed_marks}
    only_named = (RemovedMark(layer, How.MISSING) for layer in marked_here.removed if layer not in told)
    return (*marked_here.removed_marks, *only_named)


def _removal(mark: RemovedMark) -> ShownRemoval:
    clauses = gettext(", ").join(gettext(clause.value) for clause in mark.clauses)
    return ShownRemoval(str(wording.TITLES[mark.layer]), str(_REMOVED[mark.how]), clauses)


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
