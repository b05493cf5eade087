"""A work that shows real people, for its owner: who was asked and what they answered, as far as it may be known; what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from consent import wording
from consent.grants.models import Grant
from consent.grants.queries import held_by
from consent.requests.names import name_of
from consent.requests.queries import shown_of
from consent.requests.shown_words import SHOWN, TONES
from consent.requests.states import Shown
from consent.scope import Allow, Deny, GrantState, Uncovered
from consent.uses.asking import decide
from consent.uses.models import DepictedPerson, Use
from marking.consenting.services import is_outdated

LANGUAGES = {"zh": "zh-hans", "en": "en"}
_CHOOSABLE = (GrantState.ACTIVE, GrantState.PENDING_COOLING)


@dataclass(frozen=True)
class Answer:
    """One person in a work: who, what of them, what they answered, and which clauses are missing as sentences."""

    position: int
    who: str
    elements: str
    operations: str
    label: str
    tone: str
    missing: list[str]
    request: Any = None
    is_outdated: bool = False
    is_named: bool = True


def people_of(use: Use) -> list[DepictedPerson]:
    """Everybody in a use, with what they were asked and what they granted."""
    joined = (
        "grant__person",
        "grant__grantee",
        "grant__guardian",
        "grant__evidence",
        "grant__request",
        "request",
    )
    return list(use.people.select_related(*joined))


def decision_of(use: Use, people: Iterable[DepictedPerson], now: datetime) -> Allow | Deny:
    """What the scope engine says of ``use`` now; nothing is locked or kept."""
    return decide(use, [each.grant for each in people if each.grant is not None], now)


def missing_at(
    people: Iterable[DepictedPerson], decision: Allow | Deny
) -> list[tuple[int | None, Uncovered]]:
    """Each clause that is missing, with the position of the person; None where it is about nobody of them.

    The person's public pseudonym, by which the engine knows them, stays here.
    """
    if isinstance(decision, Allow):
        return []
    positions = {_known_as(each): each.position for each in people}
    return [(positions.get(each.person), each) for each in decision.trace]


def as_problem(position: int | None, missing: Uncovered) -> dict[str, Any]:
    """A missing clause for machines: codes, the sentence in both languages, and where the clause is explained."""
    sentences = {}
    for short, language in LANGUAGES.items():
        with translation.override(language):
            sentences[short] = wording.sentence(missing)
    return {
        "person": position,
        "clause": missing.clause,
        "granted": missing.granted,
        "asked": missing.asked,
        "sentence": sentences,
        "link": f"{settings.SITE_URL}{reverse('requests:clauses')}#{missing.clause}",
    }


def answers_of(use: Use, now: datetime) -> tuple[list[Answer], list[str]]:
    """Everybody in ``use`` for the page, and the sentences that are about nobody of them."""
    people = people_of(use)
    missing = missing_at(people, decision_of(use, people, now))
    answers = [
        _answer(use, each, [wording.sentence(found) for found in _missing_of(each, missing, now)], now)
        for each in people
    ]
    return answers, [wording.sentence(found) for at, found in missing if at is None]


def _missing_of(
    person: DepictedPerson, missing: Iterable[tuple[int | None, Uncovered]], now: datetime
) -> list[Uncovered]:
    """What is missing of one person. While a question to them is open, that nothing was answered is no finding: it reads like a refusal."""
    found = [each for at, each in missing if at == person.position]
    is_open = person.request is not None and shown_of(person.request, now) is Shown.SENT
    return [each for each in found if not (is_open and each.clause == "grant")]


def choosable(use: Use) -> list[tuple[str, str]]:
    """The consents that the owner of ``use`` holds and may name a person with: reference, and words."""
    named = {each.grant_id for each in use.people.all()}
    held = held_by(use.owner).filter(state__in=_CHOOSABLE).select_related("request")
    return [(str(each.reference), _grant_in_words(each)) for each in held if each.pk not in named]


def _known_as(person: DepictedPerson) -> str:
    """What the engine calls somebody (:mod:`consent.uses.asking`)."""
    return person.grant.person.producer_id if person.grant else f"unknown:{person.position}"


def _answer(use: Use, person: DepictedPerson, missing: list[str], now: datetime) -> Answer:
    label, tone = _state_of(person, now)
    return Answer(
        position=person.position,
        who=_who(person),
        elements=wording.in_words(person.elements),
        operations=wording.in_words(person.operations),
        label=label,
        tone=tone,
        missing=missing,
        request=person.request,
        is_outdated=is_outdated(use, person, now),
        is_named=person.grant is not None or person.request is not None,
    )


def _state_of(person: DepictedPerson, now: datetime) -> tuple[str, str]:
    if person.grant is not None:
        is_active = person.grant.state == GrantState.ACTIVE
        return str(wording.WORDS[person.grant.state]), "jade" if is_active else "ochre"
    if person.request is not None:
        shown = shown_of(person.request, now)
        return str(SHOWN[shown]), TONES[shown]
    return _("not named yet"), "ochre"


def _who(person: DepictedPerson) -> str:
    if person.request is not None:
        return name_of(person.request) or "–"
    return _grant_in_words(person.grant) if person.grant is not None else _("Somebody who was not named yet")


def _grant_in_words(grant: Grant) -> str:
    """A consent as its holder knows it: the name that they asked for, never the person's own pseudonym."""
    until = formats.date_format(timezone.localtime(grant.ends_at), "SHORT_DATE_FORMAT")
    name = name_of(grant.request) if grant.request is not None else ""
    words = {"name": name or str(grant.reference)[:8], "until": until}
    return _("%(name)s, until %(until)s") % words
