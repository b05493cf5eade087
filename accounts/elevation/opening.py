"""What the keeper does: checks an approved request by itself, opens the fields, and seals them for the window alone."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from accounts.elevation import telling
from accounts.elevation.checking import NotOpened, checked
from accounts.elevation.contents import seal_values
from accounts.elevation.keeper import Damaged, Erased, Field, KeeperAbsent, OpeningKeyUnknown, open_fields
from accounts.elevation.lifecycle import move, note, note_about
from accounts.elevation.models import ConcernedPerson, Elevation
from accounts.elevation.states import ElevationState
from accounts.identity.models import IdentityClaim
from accounts.identity.states import ClaimState
from accounts.refusals import Refusal
from accounts.vault.sealing import is_erased
from accounts.vault.wrapped_key import new_wrapped_key

if TYPE_CHECKING:
    from accounts.elevation.document import Asked
    from accounts.records.canonical import JSON
    from accounts.users.models import User

logger = logging.getLogger(__name__)

Values = dict[Field, str]


def open_approved(pk: int, *, now: datetime | None = None) -> bool:
    """Open what two people approved, once; False where nothing was opened. Safe to call twice, late or in any process.

    A process without the opening key leaves the request as it is, and so does a keeper that lacks the key for which something was sealed.
    """
    now = now or timezone.now()
    elevation = Elevation.objects.select_related("asker", "first_approver", "second_approver").filter(pk=pk)
    approved = elevation.filter(state=ElevationState.APPROVED).first()
    if approved is None:
        return False
    try:
        asked = checked(approved, now)
        values = _values(approved, asked)
    except NotOpened as refused:
        _fail(approved, refused.code, now)
        return False
    except (KeeperAbsent, OpeningKeyUnknown):
        logger.warning("an approved request to open identities waits for the keeper")
        return False
    return _open(approved, asked, values, now)


def open_all_approved(*, now: datetime | None = None, most: int = 10) -> int:
    """Open what a lost message left, oldest first; count it."""
    waiting = Elevation.objects.filter(state=ElevationState.APPROVED).order_by("second_approved_at", "pk")
    return sum(open_approved(pk, now=now) for pk in list(waiting.values_list("pk", flat=True)[:most]))


def claims_of(person: User) -> list[IdentityClaim]:
    """The claim by which ``person`` is verified, then those by which they were: what was published under a name stays traceable."""
    claims = IdentityClaim.objects.filter(user=person).order_by("-decided_at", "-pk")
    return [each for state in (ClaimState.VERIFIED, ClaimState.ENDED) for each in claims.filter(state=state)]


def _values(elevation: Elevation, asked: Asked) -> dict[int, Values]:
    """What is held of each person, by the row's number. Raises NotOpened where nothing is."""
    concerned = elevation.persons.select_related("person").filter(person__producer_id__in=asked.persons)
    opened = {each.pk: _held(each.person, asked.fields) for each in concerned}
    if not any(opened.values()):
        raise NotOpened("nothing_held")
    return opened


def _held(person: User, fields: frozenset[Field]) -> Values:
    """What the newest claim that holds anything holds; nothing of an erased person, nor of one who took their claim back."""
    for claim in claims_of(person) if not is_erased(person) else ():
        try:
            opened = open_fields(claim.reference, fields)
        except OpeningKeyUnknown:  # it is not lost: a keeper that was given the key opens it in time
            raise
        except (Erased, Damaged) as error:
            logger.warning("an identity could not be opened: %s", type(error).__name__)
            continue
        if values := {field: value for field, value in opened.items() if value}:
            return values
    return {}


def _open(elevation: Elevation, asked: Asked, values: dict[int, Values], now: datetime) -> bool:
    ends_at = now + timedelta(minutes=asked.minutes)
    key = new_wrapped_key()
    try:
        with transaction.atomic():
            window = {"opened_at": now, "ends_at": ends_at, "window_key": key}
            move(elevation, ElevationState.OPEN, **window)
            for concerned in elevation.persons.select_related("person", "elevation"):
                _keep(concerned, key, values.get(concerned.pk, {}), asked, now)
            telling.tell_asker(elevation, now)
            telling.tell_signers(elevation, now)
    except Refusal:  # somebody else opened it, or it was cancelled, in between
        return False
    return True


def _keep(concerned: ConcernedPerson, key: bytes, values: Values, asked: Asked, now: datetime) -> None:
    if not values:
        return
    concerned.sealed, concerned.is_opened = seal_values(key, concerned, values), True
    concerned.save(update_fields=["sealed", "is_opened"])
    note_about(concerned, "opened", by=None, now=now, body=_body(concerned.elevation, asked, values))


def _body(elevation: Elevation, asked: Asked, values: Values) -> dict[str, JSON]:
    """What the person's own record says: everything but the values."""
    approvers = [elevation.first_approver, elevation.second_approver]
    return {
        "asker": asked.asker,
        "approvers": [each.producer_id for each in approvers if each is not None],
        "basis": asked.basis.value,
        "reason": asked.reason,
        "about": asked.about,
        "document_sha256": asked.document_sha256,
        "fields": sorted(values),
        "starts_at": elevation.opened_at.isoformat() if elevation.opened_at else "",
        "ends_at": elevation.ends_at.isoformat() if elevation.ends_at else "",
        "told": asked.gag_until.isoformat() if asked.gag_until else "at its end",
    }


def _fail(elevation: Elevation, code: str, now: datetime) -> None:
    logger.error("an approved request to open identities was not opened: %s", code)
    try:
        with transaction.atomic():
            new = ElevationState.EXPIRED if code == "late" else ElevationState.FAILED
            move(elevation, new, failure=code, ended_at=now)
            note(elevation, "failed", by=None, now=now, body={"code": code})
            telling.tell_asker(elevation, now)
    except Refusal:  # it has ended in another way
        return
