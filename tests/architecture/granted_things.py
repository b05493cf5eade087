"""What a person has granted, said and answers for, for the tables of addresses."""

from __future__ import annotations

from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from accounts.guardians.models import Guardianship, Relation
from accounts.users.models import User
from consent.blocking.models import Block
from consent.blocking.services import block
from consent.contacts.services import contact_for
from consent.statements import services
from tests.consent.answers.asked import asked
from tests.consent.people import granted

RECORDING = b"OggS" + bytes(2000)


def granted_things(person: User, requester: User) -> dict[str, object]:
    """Values of the parameters that lead to a grant, a spoken statement, a ward and a block of ``person``."""
    return {
        "grant_reference": granted(person, requester).reference,
        "statement_reference": _statement(person, requester),
        "ward_id": _ward(person).producer_id,
        "block": _block(person, requester).pk,
    }


def _statement(person: User, requester: User) -> object:
    request = asked(requester, address="spoken@example.com", name="Ada Lovelace")
    with transaction.atomic():
        statement = services.ask_for(
            request=request, person=person, speaker=person, scope="{}", facts={}, locale="en"
        )
    return services.record(by=person, statement=statement, recording=RECORDING).reference


def _block(person: User, requester: User) -> Block:
    return block(contact_for("blocks@example.com"), requester, person=person, about=uuid4())


def _ward(guardian: User) -> User:
    ward = User.objects.create_user("ward@ward.invalid", None)
    reviewer = User.objects.create_user("confirms@example.com", None)
    Guardianship.objects.create(
        ward=ward,
        guardian=guardian,
        relation=Relation.PARENT,
        confirmed_at=timezone.now(),
        confirmed_by=reviewer,
    )
    return ward
