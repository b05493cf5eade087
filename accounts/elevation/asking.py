"""Asking for an opening, and taking that back."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.elevation import refusals, telling
from accounts.elevation.bases import LegalBasis
from accounts.elevation.contents import seal_content
from accounts.elevation.document import Asked, write
from accounts.elevation.holders import may_ask
from accounts.elevation.keeper import Field
from accounts.elevation.lifecycle import move, note
from accounts.elevation.models import MOST_MINUTES, MOST_PERSONS, ConcernedPerson, Elevation
from accounts.elevation.stakes import concerned_by
from accounts.elevation.states import ElevationState
from accounts.elevation.text import is_legible, texts
from accounts.refusals import Refusal
from accounts.users.models import User

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

OPENS_WITHIN = timedelta(hours=24)
"""How long a request waits for its approvals, and an approved one for the keeper."""
ASKED_PER_DAY = 20
"""Requests of one officer in 24 hours: this opens single identities, never a table of them."""
REASON_LENGTHS = (20, 2000)
"""Fewest and most characters."""
LEAST_GAG, MOST_GAG = timedelta(days=2), timedelta(days=180)
"""When a review is due: after all is closed, and within half a year."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ABOUT = re.compile(r"(?:[a-z]{1,12}:[0-9A-Za-z-]{1,36})?")


@dataclass(frozen=True)
class Wish:
    """What an officer asks for, as :class:`~accounts.elevation.document.Asked` describes."""

    persons: Sequence[User]
    fields: Collection[Field]
    basis: LegalBasis
    reason: str = field(repr=False)
    document_sha256: str
    minutes: int
    about: str = ""
    gag_until: date | None = None
    gag_reason: str = field(default="", repr=False)


def ask(*, by: User, wish: Wish, now: datetime | None = None) -> Elevation:
    """Ask to see named fields of a few persons. Nothing is opened; whoever may approve is told.

    Refused with ``not_allowed``, ``concerned``, ``persons``, ``fields``, ``reason_length``, ``reason_illegible``, ``document_missing``, ``minutes``,
    ``gag`` and ``too_many_requests``.
    """
    now = now or timezone.now()
    if not may_ask(by):
        raise refusals.not_allowed()
    _check(wish, by, now)
    with transaction.atomic():
        _refuse_haste(by, now)
        asked = _asked(wish, by, now)
        elevation = _create(asked, wish, by)
        note(elevation, "asked", by=by, now=now, body=_outline(asked))
        telling.tell_approvers(elevation, now)
    return elevation


def cancel(elevation: Elevation, *, by: User, now: datetime | None = None) -> None:
    """Take a request back before it is open. Refused with ``not_allowed`` for others, and ``wrong_state``."""
    now = now or timezone.now()
    if by.pk != elevation.asker_id:
        raise refusals.not_allowed()
    with transaction.atomic():
        move(elevation, ElevationState.CANCELLED, ended_at=now)
        note(elevation, "cancelled", by=by, now=now)


def _check(wish: Wish, by: User, now: datetime) -> None:
    people = {person.pk for person in wish.persons}
    if not 1 <= len(people) <= MOST_PERSONS or len(people) != len(wish.persons):
        sentence = _("Name one to %(most)d different persons; found %(found)d.")
        raise Refusal("persons", sentence % {"most": MOST_PERSONS, "found": len(wish.persons)}, status=422)
    if by.pk in concerned_by([person.producer_id for person in wish.persons], wish.about):
        raise refusals.concerned()
    if not wish.fields:
        raise Refusal("fields", _("Say which fields you need to see."), status=422)
    if not 1 <= wish.minutes <= MOST_MINUTES:
        sentence = _("It can be open for 1 to %(most)d minutes; found %(found)d.")
        raise Refusal("minutes", sentence % {"most": MOST_MINUTES, "found": wish.minutes}, status=422)
    _check_words(wish)
    _check_gag(wish, now)


def _check_words(wish: Wish) -> None:
    _require_length(wish.reason)
    if not _SHA256.fullmatch(wish.document_sha256):
        sentence = _(
            "The order or letter behind a request is needed: its file, or its SHA-256 in 64 hexadecimal digits."
        )
        raise Refusal("document_missing", sentence, status=422)
    if not _ABOUT.fullmatch(wish.about):
        raise Refusal(
            "about", _("What it is about is written like work:8Z0K3ABCDE or case:8Z0K3ABCDE."), status=422
        )


def _check_gag(wish: Wish, now: datetime) -> None:
    if wish.gag_until is None and not wish.gag_reason.strip():
        return
    today = timezone.localdate(now)
    earliest, latest = today + LEAST_GAG, today + MOST_GAG
    if wish.gag_until is None or not earliest <= wish.gag_until <= latest:
        sentence = _(
            "Where the persons are not to be told at once, give the day of the review, from %(earliest)s to %(latest)s."
        )
        days = {"earliest": earliest.isoformat(), "latest": latest.isoformat()}
        raise Refusal("gag", sentence % days, status=422)
    _require_length(wish.gag_reason)


def _require_length(reason: str) -> None:
    if not is_legible(reason):
        sentence = _("A reason is written without characters that nobody sees.")
        raise Refusal("reason_illegible", sentence, status=422)
    fewest, most = REASON_LENGTHS
    if not fewest <= len(reason.strip()) <= most:
        sentence = _("A reason has %(fewest)d to %(most)d characters; found %(found)d.")
        lengths = {"fewest": fewest, "most": most, "found": len(reason.strip())}
        raise Refusal("reason_length", sentence % lengths, status=422)


def _refuse_haste(by: User, now: datetime) -> None:
    # The row is locked: of two requests at once the second counts the first.
    User.objects.select_for_update().get(pk=by.pk)
    if Elevation.objects.filter(asker=by, asked_at__gt=now - timedelta(days=1)).count() >= ASKED_PER_DAY:
        sentence = _("One officer asks %(most)d times in 24 hours at most; try again tomorrow.")
        raise Refusal("too_many_requests", sentence % {"most": ASKED_PER_DAY}, status=429)


def _asked(wish: Wish, by: User, now: datetime) -> Asked:
    return Asked(
        reference=uuid4(),
        asker=by.producer_id,
        persons=tuple(sorted(person.producer_id for person in wish.persons)),
        fields=frozenset(wish.fields),
        about=wish.about,
        basis=wish.basis,
        reason=wish.reason.strip(),
        document_sha256=wish.document_sha256,
        minutes=wish.minutes,
        gag_until=wish.gag_until,
        gag_reason=wish.gag_reason.strip(),
        asked_at=now,
        opens_before=now + OPENS_WITHIN,
    )


def _create(asked: Asked, wish: Wish, by: User) -> Elevation:
    elevation = Elevation(
        reference=asked.reference,
        asker=by,
        asked_at=asked.asked_at,
        opens_before=asked.opens_before,
        minutes=asked.minutes,
        gag_until=asked.gag_until,
    )
    seal_content(elevation, asked, texts(asked))
    elevation.save(force_insert=True)
    for person in wish.persons:
        ConcernedPerson.objects.create(elevation=elevation, person=person)
    return elevation


def _outline(asked: Asked) -> dict[str, JSON]:
    """What of a request stands open in the log: nothing that somebody wrote, and nobody's number."""
    return {
        "request_sha256": sha256(write(asked)).hexdigest(),
        "document_sha256": asked.document_sha256,
        "basis": asked.basis.value,
        "fields": sorted(asked.fields),
        "persons": len(asked.persons),
        "minutes": asked.minutes,
        "opens_before": asked.opens_before.isoformat(),
        "gag_until": asked.gag_until.isoformat() if asked.gag_until else None,
    }
