"""Who answers a request: the person asked, or for a child under fourteen a guardian."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from accounts.guardians.queries import confirmed_wards_of
from accounts.identity.ages import band_of
from accounts.identity.levels import Level
from accounts.identity.naming import bears_name
from accounts.identity.queries import level_of
from consent.answers import refusals
from consent.contacts.services import holds
from consent.requests.models import Request
from consent.requests.names import name_of
from consent.scope import GUARDIAN_AGE

if TYPE_CHECKING:
    from accounts.users.models import User

LOWEST_LEVEL = Level.OPERATOR_CHECKED
"""Who agrees must have been checked by somebody."""


@dataclass(frozen=True)
class Acting:
    """Whoever signs, ``by``, and the ``person`` whose likeness it is: themselves, or a child that they act for."""

    by: User
    person: User

    @property
    def guardian(self) -> User | None:
        """Who acts in the person's place; None where they act themselves."""
        return None if self.by.pk == self.person.pk else self.by


def acting_on(request: Request, by: User, now: datetime) -> Acting:
    """For whom ``by``, who must hold the address that is asked, can answer: for who bears the name that is.

    Their own name goes before that of a child. Whoever asks answers their own request for themselves alone. Refused with
    ``not_the_person``, ``identity_required``, ``age_unknown``, ``guardian_needed``, and ``guardian_not_needed`` from the fourteenth birthday.
    """
    if not holds(by, request.contact):
        raise refusals.not_theirs()
    if level_of(by) < LOWEST_LEVEL:
        raise refusals.name_unchecked()
    name = name_of(request)
    if bears_name(by, name, now=now):
        _require_age(by, now)
        return Acting(by, by)
    wards = [] if request.requester_id == by.pk else confirmed_wards_of(by)
    for ward in wards:
        if bears_name(ward, name, now=now):
            return Acting(by, _child(ward, now))
    raise refusals.not_theirs()


def _require_age(person: User, now: datetime) -> None:
    """Nothing is shown of somebody whose age is not known, and a child does not answer for itself."""
    years = band_of(person, now)
    if years is None:
        raise refusals.age_unknown()
    if years < GUARDIAN_AGE:
        raise refusals.guardian_needed()


def _child(ward: User, now: datetime) -> User:
    years = band_of(ward, now)
    if years is None:
        raise refusals.age_unknown()
    if years >= GUARDIAN_AGE:
        raise refusals.old_enough()
    return ward
