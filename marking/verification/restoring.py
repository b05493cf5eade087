"""A report as it is kept, and back. Pure.

What is kept is the public report without the file's name, and beside it what the page needs to tell the same again:
which row of the table decided, and how large the picture is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from marking.policy.removal import Clause
from marking.verification.report import (
    JSON,
    Change,
    Evidence,
    Fact,
    Finding,
    How,
    Layer,
    MarkedHere,
    RemovedMark,
    Report,
    State,
    Verdict,
)
from marking.verification.weighing import weigh
from marking.works.refuting import from_dict

_FLAGS = tuple(each.name for each in fields(MarkedHere) if each.name.startswith("is_"))
"""What became of a work as its sentence needs it, and the public report does not hold it."""

_TOLD_BY = ("width", "height", "frames", "transparent", "is_readable")
"""Facts of the same kind."""


def kept_form(report: Report) -> dict[str, JSON]:
    """Return the fields of the public report that are kept, and under ``told`` what is told in words alone."""
    kept = {name: value for name, value in report.as_dict().items() if name != "file"}
    flags: dict[str, JSON] = {name: getattr(report.marked_here, name, False) for name in _FLAGS}
    told: dict[str, JSON] = {**flags, "explanation": weigh(report.evidence).sentence}
    if report.marked_here:
        told["state"] = report.marked_here.state.value
    return {
        **kept,
        "evidence": [each.as_dict() | _unreported(each) for each in report.evidence],
        "told": told,
    }


def _unreported(evidence: Evidence) -> dict[str, JSON]:
    """Return what sentences and the places of changes are told by, and the public report does not hold."""
    kept = {name: evidence.facts.get(name) for name in _TOLD_BY}
    return {name: value for name, value in kept.items() if isinstance(value, int)}


def restored(kept: Mapping[str, Any], *, file: str) -> Report:
    """Return the report that `kept_form` was made from, with ``file`` as its name, and without its pictures."""
    return Report(
        file=file,
        verdict=Verdict(kept["verdict"]),
        marked_here=_marked_here(kept["marked_here"], kept["told"]) if kept["marked_here"] else None,
        evidence=tuple(_evidence(each) for each in kept["evidence"]),
        conflicts=tuple(kept["conflicts"]),
    )


def _is_dark(kept: Mapping[str, Any]) -> bool:
    """Whether the report said that the work was not given out any more."""
    return bool(kept.get("consent_since")) or kept["state"] == State.BLOCKED


def _marked_here(kept: Mapping[str, Any], told: Mapping[str, Any]) -> MarkedHere:
    return MarkedHere(
        work=kept["work"],
        state=State(told.get("state", kept["state"])),
        consent=State(kept["state"]) if _is_dark(kept) else None,
        consent_since=kept.get("consent_since") or "",
        refutation=from_dict(kept.get("refutation")),
        removed=tuple(Layer(layer) for layer in kept["removed"]),
        changes=tuple(
            Change(each["kind"], tuple(each["box"]), each["confidence"]) for each in kept["changes"]
        ),
        removed_marks=tuple(_removed_mark(each) for each in kept["removed_marks"]),
        **{name: bool(told[name]) for name in _FLAGS if name in told},
    )


def _removed_mark(kept: Mapping[str, str]) -> RemovedMark:
    clauses = tuple(Clause(each) for each in kept["clause"].split("; ") if each)
    return RemovedMark(Layer(kept["layer"]), How(kept["how"]), clauses)


def _evidence(kept: Mapping[str, Any]) -> Evidence:
    facts: dict[str, Fact] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in kept.items()
        if name not in ("layer", "finding")
    }
    return Evidence(Layer(kept["layer"]), Finding(kept["finding"]), facts)
