"""People who grant and ask, and a grant that just covers a use. For tests of every room of consent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from consent.scope import (
    Audience,
    Binding,
    Element,
    LabelStrength,
    Medium,
    Money,
    Operation,
    Proof,
    Purpose,
    Scope,
    Use,
    Withdrawal,
)

if TYPE_CHECKING:
    from accounts.users.models import User
    from consent.grants.models import Grant
    from consent.uses.models import Use as UseRow

NUMBERS = ("11010519491231002X", "110101198506150019", "310101197802030049", "440305199211300072")
"""Well-formed numbers of resident identity cards; nobody's."""


def account(email: str, name: str, number: str = NUMBERS[0]) -> User:
    """An account with a confirmed address, the agreement accepted, and a real name that the operator vouches for."""
    from allauth.account.models import EmailAddress

    from accounts.identity.documents import DocumentType
    from accounts.identity.services import vouch
    from accounts.users.models import User
    from accounts.users.services import accept_on_behalf, publish_agreement

    user = User.objects.create_user(email, "correct horse battery")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    publish_agreement()
    vouch(by=None, user=user, document_type=DocumentType.RESIDENT_ID, name=name, number=number)
    accept_on_behalf(by=None, user=user)
    return user


def scope_for(grantee: User, now: datetime | None = None) -> Scope:
    """What a person would grant for a post on one's own page: nothing in it is optional."""
    now = now or timezone.now()
    return Scope(
        elements=frozenset({Element.FACE}),
        operations=frozenset({Operation.FACE_SWAP}),
        purposes=frozenset({Purpose.ENTERTAINMENT}),
        media=frozenset({Medium.STILL}),
        audience=Audience.PUBLIC,
        channels=frozenset({"example.com"}),
        territories=frozenset({"CN"}),
        not_before=now - timedelta(days=1),
        not_after=now + timedelta(days=90),
        outputs=3,
        seconds=0,
        money=Money.NONE,
        binding=Binding.PURPOSE,
        grantee=grantee.producer_id,
        may_sublicense=False,
        label=LabelStrength.EXPLICIT,
        needs_preview=False,
        may_go_abroad=False,
        withdrawal=Withdrawal.CUT_OFF,
    )


def terms_for(scope: Scope, **changes: object) -> Use:
    """The use that ``scope`` just covers, of one output, with ``changes``."""
    use = Use(
        depicted=None,
        purposes=scope.purposes,
        media=scope.media,
        audience=scope.audience,
        channels=scope.channels,
        territories=scope.territories,
        starts_at=scope.not_before,
        ends_at=scope.not_after,
        outputs=1,
        seconds=0,
        money=scope.money,
        is_sublicensed=False,
        label=scope.label,
        goes_abroad=False,
        withdrawal=scope.withdrawal,
    )
    return replace(use, **changes)  # type: ignore[arg-type]


def granted(person: User, grantee: User, scope: Scope | None = None, proof: Proof = Proof.SIGNED) -> Grant:
    """A grant in force, given through the service."""
    from consent.grants.services import give

    facts = {"text": "I agree.", "locale": "en"}
    return give(person=person, grantee=grantee, scope=scope or scope_for(grantee), proof=proof, facts=facts)


def proposed(owner: User, grant: Grant, *, work: str = "0000000001") -> UseRow:
    """A use of one face that ``grant`` just covers."""
    from consent.scope.documents import read_scope, write_use
    from consent.uses.models import DepictedPerson
    from consent.uses.services import propose

    use = propose(owner=owner, subject=f"work:{work}", output_sha256="0" * 64)
    use.terms = write_use(terms_for(read_scope(grant.scope)))
    use.save(update_fields=["terms"])
    DepictedPerson.objects.create(
        use=use, position=0, elements=["face"], operations=["face_swap"], grant=grant
    )
    return use


def ward_of(guardian: User, *, born: str = "20180301") -> User:
    """A child for whom staff confirmed that ``guardian`` acts. ``born``: eight digits."""
    from accounts.guardians.models import Relation
    from accounts.guardians.services import claim_ward, confirm
    from accounts.identity.documents import DocumentType, check_character
    from accounts.users.models import User

    digits = f"110101{born}001"
    claimed = claim_ward(
        by=guardian,
        relation=Relation.PARENT,
        document_type=DocumentType.RESIDENT_ID,
        name="Lin Xiao",
        number=digits + check_character(digits),
    )
    confirm(by=User.objects.create_user("confirms-guardians@example.com", None), guardianship=claimed)
    return claimed.ward
