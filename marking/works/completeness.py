"""Whether the records of a work say all that the law wants said, before anybody is given its file; and adding what is still known.

Records that an older version of this site wrote may say less than is asked by now. Nothing is written into them: what they leave out
is said in a record of its own, which names them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from accounts.records.canonical import NotCanonical
from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.records.requirements import KIND, SESSION, Field, RecordIncomplete, Source, missing
from accounts.records.sessions import NOT_KNOWN
from accounts.vault.sealing import Damaged, Erased
from consent.uses.queries import use_of
from marking.works import bodies
from marking.works.lifecycle import record

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User
    from marking.works.models import Work

RECEIVED, COMPLETED, LIVE = "work.received", "work.record_completed", "use.live"
BODY = Field(("body",), Source.LOGS)
"""What is missing where the body of a record cannot be opened."""


def require_recorded(work: Work) -> None:
    """Raise :class:`RecordIncomplete` for the first thing that the records of ``work``, or of its going live, leave out."""
    for found, field in _left_out(work):
        raise RecordIncomplete(found.kind, field)
    kinds = set(_records(f"work:{work.code}").values_list("kind", flat=True))
    if RECEIVED not in kinds:
        raise RecordIncomplete(RECEIVED, KIND)
    _require_live(work)


def complete(work: Work, *, by: User | None, now: datetime) -> int:
    """Record what the records of ``work`` left out and its row still knows; return about how many. Call it in a transaction."""
    received, of_any = bodies.received(work), {SESSION: NOT_KNOWN}
    said: dict[Record, dict[str, JSON]] = {}
    for found, field in _left_out(work):
        known = {**received, **of_any} if found.kind == RECEIVED else of_any
        if field.is_said(known):
            facts = {name: known[name] for name in field.names if known.get(name)}
            said.setdefault(found, {}).update(facts)
    for found, facts in said.items():
        body: dict[str, JSON] = {"record": found.sequence, "completes": found.kind, "said": facts}
        record(work, COMPLETED, by=by, now=now, body=body)
    return len(said)


def _left_out(work: Work) -> Iterator[tuple[Record, Field]]:
    """Each record of ``work`` with what neither it nor a later completion of it says."""
    opened = [(each, _opened(each)) for each in _records(f"work:{work.code}")]
    added: dict[int, dict[str, JSON]] = {}
    for each, body in opened:
        if each.kind == COMPLETED:
            added.setdefault(int(body["record"]), {}).update(body["said"])
    for each, body in opened:
        for field in missing(each.kind, {**body, **added.get(each.sequence, {})}):
            yield each, field


def _require_live(work: Work) -> None:
    use = use_of(f"work:{work.code}")
    if use is None:
        return
    live = _records(use.log_subject).filter(kind=LIVE).order_by("-sequence").first()
    for field in [KIND] if live is None else missing(LIVE, _opened(live)):
        raise RecordIncomplete(LIVE, field)


def _records(subject: str) -> Any:
    return (
        Record.objects.filter(subject=subject).select_related("body__person_key__user").order_by("sequence")
    )


def _opened(found: Record) -> Mapping[str, Any]:
    try:
        body = body_of(found)
    except (Damaged, Erased, NotCanonical) as error:
        raise RecordIncomplete(found.kind, BODY) from error
    if not isinstance(body, Mapping):
        raise RecordIncomplete(found.kind, BODY)
    return body
