"""A decision with all that it was made from, as a document, and making it again from that. Pure.

Ages stand in it as the band that the rules ask for, so that no record tells when somebody was born.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeAlias

from consent.scope.decision import ENGINE, Allow, Deny, Uncovered, decide, said
from consent.scope.documents import (
    read_elements,
    read_operations,
    read_scope,
    read_use,
    write_scope,
    write_use,
)
from consent.scope.model import ADULT_AGE, GUARDIAN_AGE, Depicted, Grant, Use
from consent.scope.vocabulary import Element, GrantState, Proof

Document: TypeAlias = Mapping[str, Any]
Engine: TypeAlias = Callable[[Use, Sequence[Grant], datetime, int], Allow | Deny]


def decide_counted(use: Use, grants: Sequence[Grant], now: datetime, faces: int) -> Allow | Deny:
    """Decide about a use in which the faces of ``faces`` real people are seen: as many have to allow theirs.

    The rules know nothing of pictures: that nobody's face is left over is asked here. Every person counts once, however often they are seen.
    """
    decision = decide(use, grants, now)
    named = len({each.person for each in use.depicted or () if Element.FACE in (each.elements or ())})
    if named >= faces:
        return decision
    missing = Uncovered("", None, "faces", named, faces)
    return Deny((*(decision.trace if isinstance(decision, Deny) else ()), missing))


ENGINES: Mapping[str, Engine] = {ENGINE: decide_counted}
"""The rules of every version that ever decided here. One that is replaced stays."""


def write_decision(
    use: Use, grants: Sequence[Grant], now: datetime, faces: int, decision: Allow | Deny
) -> dict[str, Any]:
    """``decision`` and what it was made from: JSON of text, whole numbers and lists."""
    return {
        "engine": decision.engine,
        "at": now.isoformat(),
        "use": write_use(use),
        "depicted": None if use.depicted is None else [_write_depicted(each) for each in use.depicted],
        "grants": [_write_grant(each) for each in grants],
        "faces": faces,
        **_outcome(decision),
    }


def replay(document: Document) -> bool:
    """Whether the rules of the version that decided come to the same decision and the same trace.

    Raises KeyError, TypeError or ValueError for what :func:`write_decision` did not write, LookupError for a version that is not known.
    """
    depicted = document["depicted"]
    people = None if depicted is None else tuple(_read_depicted(each) for each in depicted)
    grants = [_read_grant(each) for each in document["grants"]]
    at = datetime.fromisoformat(document["at"])
    again = ENGINES[document["engine"]](read_use(document["use"], people), grants, at, document["faces"])
    found = {"outcome": document["outcome"], "trace": document["trace"]}
    return _outcome(again) == found


def _outcome(decision: Allow | Deny) -> dict[str, Any]:
    outcome = "allow" if isinstance(decision, Allow) else "deny"
    return {"outcome": outcome, "trace": [asdict(each) for each in decision.trace]}


def _write_depicted(shown: Depicted) -> dict[str, Any]:
    return {
        "person": shown.person,
        "elements": said(shown.elements),
        "operations": said(shown.operations),
        "years": _band(shown.years),
        "approved": shown.approved_output_sha256,
    }


def _read_depicted(document: Document) -> Depicted:
    return Depicted(
        person=document["person"],
        elements=read_elements(document["elements"]),
        operations=read_operations(document["operations"]),
        years=document["years"],
        approved_output_sha256=document["approved"],
    )


def _band(years: int | None) -> int | None:
    """The least age of the band that ``years`` lies in, as the rules tell them apart."""
    return (
        None if years is None else max(each for each in (0, GUARDIAN_AGE, ADULT_AGE) if each <= max(years, 0))
    )


def _write_grant(grant: Grant) -> dict[str, Any]:
    return {
        **{name: said(value) for name, value in vars(grant).items() if name != "scope"},
        "scope": write_scope(grant.scope),
    }


def _read_grant(document: Document) -> Grant:
    return Grant(
        **{
            **document,
            "state": GrantState(document["state"]),
            "proof": Proof(document["proof"]),
            "scope": read_scope(document["scope"]),
        }
    )
