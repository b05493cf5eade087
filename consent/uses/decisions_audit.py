"""Making every logged decision again: by the rules that made it, from what it was made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from accounts.records import deep
from accounts.records.canonical import JSON
from accounts.records.deep import Mismatch
from consent.scope.replaying import ENGINES, replay


def mismatches() -> Iterator[Mismatch]:
    """Every record of a use whose decision comes out another way now. What was erased cannot be asked."""
    for record in deep.records_of("use."):
        for code, sentence in _wrong_with(deep.opened(record) or {}):
            yield Mismatch(record.subject, code, f"Record {record.sequence}: {sentence}")


def _wrong_with(body: Mapping[str, JSON]) -> Iterator[tuple[str, str]]:
    decision: Any = body.get("decision")
    if not isinstance(decision, Mapping):
        return
    if decision.get("engine") not in ENGINES:
        yield "decision_engine", f"No rules of version {decision.get('engine')!r} are known here."
        return
    try:
        is_same = replay(decision)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        yield "decision_unreadable", f"The decision cannot be made again: {type(error).__name__}."
        return
    if not is_same:
        yield "decision", "The rules that decided come to another decision from the same facts."
