"""Officers, approvers and the person whose identity it is, and what each does. For tests of this room and of the pages above it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group

from accounts.elevation import services
from accounts.elevation.approving import challenge_of
from accounts.elevation.bases import LegalBasis
from accounts.elevation.contents import content_of
from accounts.elevation.keeper import Field
from accounts.elevation.models import ApprovalQuestion, Elevation
from accounts.passkeys.signing import Site
from tests.consent.answers.passkeys import ORIGIN, Passkey

if TYPE_CHECKING:
    from accounts.users.models import User

SITE = Site(ORIGIN)
REASON = "The police of the district ask who released this picture."
DOCUMENT = "ab" * 32


def officer(email: str, *roles: str) -> User:
    """A member of staff who holds ``roles``."""
    from tests.conftest import _account

    user = _account(email, is_staff=True)
    for role in roles:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


@dataclass
class Approver:
    """Somebody with a passkey who may approve."""

    user: User
    passkey: Passkey = field(default_factory=Passkey)

    def sign(self, question: ApprovalQuestion) -> str:
        """What their passkey answers to a question."""
        return self.passkey.sign(challenge_of(question, content_of(question.elevation)))

    def approve(self, elevation: Elevation, now: datetime | None = None) -> Elevation:
        """Read the text and sign it."""
        question = services.put(elevation, by=self.user, locale="en", now=now)
        return services.approve(
            elevation,
            by=self.user,
            nonce=bytes(question.nonce),
            assertion=self.sign(question),
            site=SITE,
            now=now,
        )


def approver(email: str, *roles: str) -> Approver:
    """A new one, with a passkey of their own."""
    made = Approver(officer(email, *roles), Passkey(name=email))
    made.passkey.register(made.user)
    return made


def wish(*persons: User, **changes: Any) -> services.Wish:
    """A well-founded request for name and number, open for a quarter of an hour."""
    usual = services.Wish(
        persons=persons,
        fields=frozenset({Field.NAME, Field.NUMBER}),
        basis=LegalBasis.AUTHORITY,
        reason=REASON,
        document_sha256=DOCUMENT,
        minutes=15,
    )
    return replace(usual, **changes)
