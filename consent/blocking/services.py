"""Not being asked by somebody any more."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.records import log
from accounts.users.models import User
from consent.blocking.models import Block
from consent.contacts.models import Contact
from consent.contacts.services import address_of, contacts_of, holds
from consent.history.services import note
from consent.requests.holding import Arrival
from consent.requests.models import Request

if TYPE_CHECKING:
    from uuid import UUID


def doorkeeper(person: User | None, request: Request) -> Arrival:
    """Refuse a request of somebody who is blocked under the address that it asks, or by the account that holds it."""
    who = (request.contact, person) if person is not None else (request.contact,)
    is_refused = any(is_blocked(each, request.requester) for each in who)
    return Arrival.REFUSE if is_refused else Arrival.ASK


def block(
    contact: Contact, requester: User, *, person: User | None, about: UUID, now: datetime | None = None
) -> Block:
    """Keep ``requester`` from asking whoever holds ``contact``. A second call changes nothing.

    ``about`` is the answer reference of the request that led to it, under which it is recorded: the requester knows none.
    """
    now = now or timezone.now()
    with transaction.atomic():
        made, is_new = Block.objects.get_or_create(
            contact=contact, requester=requester, defaults={"person": person, "at": now}
        )
        if made.person is None and person is not None:
            Block.objects.filter(pk=made.pk).update(person=person)
        if is_new:
            note(f"answer:{about}", "blocked", by=person, person=person, now=now)
    return made


def blocks_of(user: User) -> QuerySet[Block]:
    """The blocks of ``user``, also from before there was an account, under an address that they hold; newest first."""
    nameless = Q(person__isnull=True, contact__in=contacts_of(user))
    return Block.objects.filter(Q(person=user) | nameless).select_related("requester")


def unblock(*, by: User, block: Block) -> None:
    """Let a requester ask again. A block of somebody else's stays, and a second call changes nothing."""
    with transaction.atomic():
        ended, _of_each = blocks_of(by).filter(pk=block.pk).delete()
        if ended:
            subject = f"rules:{by.producer_id}"
            log.append(kind="rules.unblocked", subject=subject, body={}, by=by, person=by)


def is_blocked(asked: User | Contact, requester: User) -> bool:
    """Whether ``asked``, an account or an address, wants no requests of ``requester``.

    An account blocks for all its confirmed addresses, and an address blocks for the account that holds it.
    """
    blocks = Block.objects.filter(requester=requester).select_related("contact")
    person = _holder_of(asked) if isinstance(asked, Contact) else asked
    if isinstance(asked, Contact) and blocks.filter(contact=asked).exists():
        return True
    if person is None:
        return False
    return blocks.filter(person=person).exists() or any(
        holds(person, each.contact) for each in blocks.filter(person__isnull=True)
    )


def _holder_of(contact: Contact) -> User | None:
    """The account with ``contact`` as a confirmed address."""
    address = address_of(contact)
    confirmed = EmailAddress.objects.filter(email__iexact=address, verified=True).select_related("user")
    found = confirmed.first() if address else None
    return found.user if found else None
