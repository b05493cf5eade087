"""Whether uses and the people in them are as the log tells: it is told again, and held against the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from accounts.records import deep
from accounts.records.canonical import JSON, NotCanonical, parse
from accounts.records.deep import Mismatch
from accounts.records.models import Record
from accounts.vault.models import PersonKey
from consent.grants.audit import GIVEN
from consent.grants.models import Grant
from consent.uses.lifecycle import people_told
from consent.uses.models import DepictedPerson, Use
from consent.uses.states import UseState

_NAMED, _LEFT_OUT, _APPROVED = "person_named", "person_left_out", "approved_by_person"
_WAS_LIVE = frozenset({UseState.LIVE, UseState.CUT_OFF})


@dataclass
class Tale:
    """What the log tells of one use. ``people``: as it told them last; None where it does not, as older versions did not.

    ``places``: where somebody is named; ``approvals``: SHA-256 of approved files with who approved them.
    ``is_silent``: a body of it was erased or emptied, so that more was told than can be read.
    """

    state: str = UseState.PROPOSED
    subject: str = ""
    people: Mapping[str, JSON] | None = None
    places: set[int] | None = None
    approvals: set[tuple[str, str]] = field(default_factory=set)
    is_silent: bool = False


def mismatches() -> Iterator[Mismatch]:
    """Every use that is not as the log tells: gone, in another state, with other people in it, or approved by nobody."""
    tales, counted = _told()
    silent: set[str] = set()
    for use in Use.objects.prefetch_related("people__grant__person", "people__grant__guardian").iterator(
        deep.PAGE
    ):
        tale = tales.pop(use.log_subject, Tale())
        if tale.people is None or tale.is_silent:
            silent |= {str(each.grant_id) for each in use.people.all() if each.consumed}
        for code, sentence in _wrong_with(use, tale):
            yield Mismatch(use.log_subject, code, sentence)
    for subject in tales:
        yield Mismatch(subject, "use_missing", "The log tells of a use that is not there.")
    yield from _miscounted(counted, silent)


def _told() -> tuple[dict[str, Tale], Counter[str]]:
    """What the log tells of every use, and how many outputs it counted of each grant."""
    tales: dict[str, Tale] = {}
    counted: Counter[str] = Counter()
    for record in deep.records_of("use."):
        _tell(tales.setdefault(record.subject, Tale()), record, counted)
    return tales, counted


def _tell(tale: Tale, record: Record, counted: Counter[str]) -> None:
    event, opened = record.kind.removeprefix("use."), deep.opened(record)
    tale.is_silent |= opened is None
    body = opened or {}
    tale.subject = str(body.get("subject", tale.subject))
    if event in set(UseState):
        tale.state = event
    if "people" in body:
        tale.people = body
        counted.update(dict.fromkeys(_grants_in(body), _whole(body.get("outputs"))))
    elif event == UseState.LIVE:
        tale.people = None
    if event in (_NAMED, _LEFT_OUT):
        _place(tale, event, body)
    if event == _APPROVED:
        tale.approvals.add((str(body.get("sha256", "")), _actor(record)))


def _place(tale: Tale, event: str, body: Mapping[str, JSON]) -> None:
    tale.places = tale.places if tale.places is not None else set()
    position = body.get("position")
    if isinstance(position, int):
        (tale.places.add if event == _NAMED else tale.places.discard)(position)


def _wrong_with(use: Use, tale: Tale) -> Iterator[tuple[str, str]]:
    people = list(use.people.all())
    if use.state != tale.state:
        yield "use_state", "The log tells of another state."
    if tale.subject and use.subject != tale.subject:
        yield "use_subject", "The log tells of another work."
    if not _has_its_people(use, people, tale):
        yield "use_people", "The people in it are not those that the log tells of."
    for each in people:
        if each.approved_sha256 and not tale.is_silent and not _is_approved(each, tale):
            yield "use_approval", "The log tells of no approval of this file by this person."


def _has_its_people(use: Use, people: list[DepictedPerson], tale: Tale) -> bool:
    if use.state in _WAS_LIVE:
        told = people_told(use)
        return tale.people is None or told == {name: tale.people.get(name) for name in told}
    named = {each.position for each in people if each.grant_id or each.request_id}
    return tale.places is None or tale.is_silent or tale.places == named


def _is_approved(place: DepictedPerson, tale: Tale) -> bool:
    """Whether the log tells that the person, or their guardian, let this very file go out."""
    grant = place.grant
    acting = [each.producer_id for each in (grant.person, grant.guardian) if each] if grant else []
    return any((place.approved_sha256, each) in tale.approvals for each in acting)


def _miscounted(counted: Counter[str], silent: set[str]) -> Iterator[Mismatch]:
    """Grants of which more or fewer files were made than their rows say. ``silent``: those of uses that older versions wrote down."""
    began: dict[str, int | None] = {}
    for record in deep.records_of(*GIVEN):  # what comes into force later is told of again
        began.setdefault(record.subject, _consumed(record))
    lost = PersonKey.objects.filter(user=OuterRef("grantee"), wrapped__isnull=True)
    for grant in Grant.objects.filter(~Exists(lost)).only("consumed").iterator(deep.PAGE):
        first = began.get(grant.log_subject, 0)
        if first is None or str(grant.pk) in silent:
            continue
        expected = first + counted[str(grant.pk)]
        if grant.consumed != expected:
            sentence = f"The log tells of {expected} files made of it, the row of {grant.consumed}."
            yield Mismatch(grant.log_subject, "grant_consumed", sentence)


def _consumed(record: Record) -> int | None:
    """How much of a grant was used up when it was given: of one that restores another, what that one had. None where it was erased or emptied."""
    body = deep.opened(record)
    return None if body is None else _whole(body.get("consumed"))


def _grants_in(body: Mapping[str, JSON]) -> list[str]:
    people = body.get("people")
    named = people if isinstance(people, list | tuple) else ()
    return [str(each.get("grant")) for each in named if isinstance(each, Mapping)]


def _whole(value: JSON) -> int:
    return value if isinstance(value, int) else 0


def _actor(record: Record) -> str:
    """Who acted; "" where the entry cannot be read, which ``verify`` itself tells of."""
    try:
        entry = parse(bytes(record.entry))
    except NotCanonical:
        return ""
    return str(entry.get("actor", "")) if isinstance(entry, Mapping) else ""
