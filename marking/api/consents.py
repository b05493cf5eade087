"""``/works/{id}/consent``: what a work is for, who is in it, and which clauses are missing, for machines."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from accounts.api.problems import PROBLEMS, Problem, problem
from accounts.api.tokens import TokenAuth, TokenRequest, owner_of
from accounts.refusals import Refusal
from consent.requests.queries import shown_of
from consent.requests.services import DEFAULT_DAYS, MOST_DAYS
from consent.scope import VERSION
from consent.scope.documents import read_elements, read_operations, read_use, write_use
from consent.uses.models import DepictedPerson
from consent.uses.states import UseState
from marking.api.consent_input import require_once, require_terms, require_writable
from marking.consenting import services
from marking.consenting.describing import as_problem, decision_of, missing_at, people_of
from marking.consenting.services import ConsentMissing, Place
from marking.works.models import Work
from marking.works.queries import work_for

router = Router(tags=["consent"])


class PersonIn(Schema):
    """One person in the work: by ``grant``, the id of a consent that one holds, or by ``name`` and ``address``, to be asked."""

    elements: list[str] = Field(min_length=1, max_length=10)
    operations: list[str] = Field(min_length=1, max_length=20)
    grant: UUID | None = None
    name: str = Field("", max_length=100)
    address: str = Field("", max_length=254)
    days: int = Field(DEFAULT_DAYS, ge=1, le=MOST_DAYS, description="how long the person has to answer")


class ConsentIn(Schema):
    """What a work is for, in the words of docs/consent.md, and everybody in it."""

    terms: dict[str, Any]
    people: list[PersonIn] = Field(min_length=1, max_length=50)


class Sentence(Schema):
    """One sentence in both languages."""

    zh: str
    en: str


class MissingClause(Schema):
    """A clause that is not covered. ``person``: position among ``people``; null where it is about none of them."""

    person: int | None
    clause: str
    granted: Any
    asked: Any
    sentence: Sentence
    link: str


class ConsentProblem(Problem):
    """Everybody is named by a grant, and the grants do not cover the use."""

    missing: list[MissingClause] = []


class PersonAnswer(Schema):
    """One person in the work. ``answer``: what may be known of the request, such as *sent*, *no_answer*; null where nobody was asked."""

    position: int
    elements: list[str]
    operations: list[str]
    grant: UUID | None
    request: UUID | None
    answer: str | None


class ConsentAnswer(Schema):
    """How a work stands with those in it."""

    work: str
    state: str
    terms: dict[str, Any]
    people: list[PersonAnswer]
    is_covered: bool
    missing: list[MissingClause]


REFUSALS: dict[int, type[Schema]] = {**PROBLEMS, 403: ConsentProblem}


@router.get(
    "/works/{code}/consent",
    auth=TokenAuth("works:read"),
    response={200: ConsentAnswer, **PROBLEMS},
    url_name="consent",
    summary="Who is in a work and what they answered",
)
def read(request: TokenRequest, code: str) -> Any:
    """What the work is for, who is in it, what each answered as far as it may be known, and what is missing."""
    return _described(work_for(owner_of(request), code), timezone.now())


@router.put(
    "/works/{code}/consent",
    auth=TokenAuth("works:write"),
    response={200: ConsentAnswer, **REFUSALS},
    url_name="consent",
    summary="Say what a work is for and who is in it",
)
def write(request: TokenRequest, code: str, said: ConsentIn) -> Any:
    """Say what the work is for and who is in it. Whoever is named by name and address is asked; the same again asks nobody twice.

    422 with ``terms_invalid``, ``person_invalid`` and ``person_twice`` for what cannot be; 409 with ``request_differs`` where an address was asked under another name.
    403 with ``consent_missing`` where everybody is named by a grant and these do not cover the use: nothing is changed then. Where only ``preview`` is
    missing, what was said is kept, and the people are asked to approve the file.
    """
    owner, now = owner_of(request), timezone.now()
    work = work_for(owner, code)
    require_terms(said.terms)
    terms = read_use({"vocabulary": VERSION, **said.terms}, None)
    places = [_place(each) for each in said.people]
    require_once(places)
    try:
        services.put(by=owner, work=work, terms=terms, places=places, now=now)
    except ConsentMissing as missing:
        return _denied(request, missing)
    work.refresh_from_db()
    return _described(work, now)


def _place(said: PersonIn) -> Place:
    require_writable([said.name, said.address])
    elements, operations = read_elements(said.elements), read_operations(said.operations)
    if elements is None or operations is None:
        sentence = _("Elements or operations are named that are not known: see docs/consent.md.")
        raise Refusal("person_invalid", sentence, status=422)
    if said.grant is None:
        _require_address(said.address)
    elif said.name or said.address:
        raise Refusal("person_invalid", _("A person is named by a grant or asked, not both."), status=422)
    return Place(elements, operations, said.grant, said.name, said.address, said.days)


def _require_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        sentence = _("Name each person by a grant, or by name and e-mail address.")
        raise Refusal("person_invalid", sentence, status=422) from error


def _denied(request: HttpRequest, missing: ConsentMissing) -> HttpResponse:
    found = [as_problem(at, each) for at, each in missing_at(missing.places, missing.decision)]
    return problem(request, missing.status, missing.code, str(missing.sentence), missing=found)


def _described(work: Work, now: datetime) -> dict[str, Any]:
    if not services.shows_somebody(work):
        raise Refusal("nobody_shown", _("This work was declared to show nobody real."))
    use = services.use_for(work, now=now)
    people = people_of(use)
    missing = [] if use.state == UseState.LIVE else missing_at(people, decision_of(use, people, now))
    return {
        "work": work.code,
        "state": work.state,
        "terms": write_use(services.terms_of(use)),
        "people": [_person(each, now) for each in people],
        "is_covered": not missing,
        "missing": [as_problem(at, each) for at, each in missing],
    }


def _person(person: DepictedPerson, now: datetime) -> dict[str, Any]:
    request = person.request
    return {
        "position": person.position,
        "elements": person.elements,
        "operations": person.operations,
        "grant": person.grant_id,
        "request": person.request_id,
        "answer": shown_of(request, now).value if request is not None else None,
    }
