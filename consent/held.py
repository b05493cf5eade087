"""What consents hold about a person: as the one who is shown, and as the one who asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.own_data.rooms import Part, register, rows
from accounts.vault.sealing import Damaged, Erased
from consent.blocking.models import Block
from consent.contacts.services import address_of, contacts_of
from consent.grants.models import Grant
from consent.likeness.exporting import export_of
from consent.receipts.models import Receipt
from consent.receipts.sides import Side
from consent.requests.models import Request
from consent.requests.names import name_of
from consent.statements import recordings
from consent.statements.models import Statement
from consent.uses.models import Use

if TYPE_CHECKING:
    from accounts.users.models import User


def register_all() -> None:
    """Name what consents hold."""
    register("likeness", _("Your likeness: who asked, what you granted, what was made of it"), likeness)
    register("asked", _("What you asked others for, and what they granted you"), asked)


def likeness(user: User) -> Iterator[Part]:
    """Rules, requests, grants with their evidence, statements with their recordings, receipts, blocks and addresses."""
    yield Part("likeness", export_of(user, timezone.now()))
    spoken = Statement.objects.filter(Q(person=user) | Q(speaker=user)).select_related("person__person_key")
    yield Part("statements", rows(spoken))
    for each in spoken:
        yield from _recording(each)
    given = Grant.objects.filter(Q(person=user) | Q(guardian=user))
    yield Part("receipts", rows(Receipt.objects.filter(grant__in=given, side=Side.PERSON)))
    yield Part("blocks", rows(Block.objects.filter(person=user)))
    yield Part("addresses", rows(contacts_of(user), address=address_of))


def asked(user: User) -> Iterator[Part]:
    """Requests with the names and addresses as they were typed, grants, receipts and uses."""
    made = Request.objects.filter(requester=user).select_related("contact")
    hidden = {
        "person_id",
        "answer_reference",
        "state",
        "answered_at",
        "viewed_at",
        "delivered_at",
        "deliver_at",
        "refused_openly",
    }
    typed = rows(made, name=name_of, address=_typed_address)
    # What became of a request is for the person who was asked to tell.
    yield Part(
        "requests", [{name: value for name, value in row.items() if name not in hidden} for row in typed]
    )
    held = Grant.objects.filter(grantee=user)
    yield Part("grants", rows(held))
    yield Part("receipts", rows(Receipt.objects.filter(grant__in=held, side=Side.GRANTEE)))
    yield Part("uses", rows(Use.objects.filter(owner=user)))


def _typed_address(request: Request) -> str:
    return "" if request.emptied_at is not None else address_of(request.contact)


def _recording(statement: Statement) -> Iterator[Part]:
    if statement.recorded_at is None or statement.recording_removed_at is not None:
        return
    try:
        content = recordings.load(statement.reference, statement.person)
    except (Erased, Damaged, FileNotFoundError):
        return
    yield Part(f"recordings/{statement.reference}.{statement.media_type.partition('/')[2]}", content)
