"""Addresses that people are asked under: kept sealed, found by a keyed digest."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.users.models import User
from accounts.vault.blind_index import blind_index
from accounts.vault.wrapped_key import new_wrapped_key, seal_under, unseal_under
from consent.contacts.models import Contact

_ERASED: dict[str, None] = {"wrapped_key": None, "sealed_address": None}


def contact_for(address: str, *, now: datetime | None = None) -> Contact:
    """Return the contact of an e-mail address, made on first use. Spellings that differ in case only are one."""
    contact = Contact(reference=uuid4(), index=index_of(address), created_at=now or timezone.now())
    # The same statements whether anybody was ever asked under it or not: nothing is to be learned from their number.
    with transaction.atomic():
        Contact.objects.bulk_create([contact], ignore_conflicts=True)
        # Locked until what is asked under it is written: nobody empties it meanwhile.
        found = Contact.objects.select_for_update(no_key=True).get(index=contact.index)
        key = new_wrapped_key()
        sealed = seal_under(key, address.strip(), context=_context(str(found.reference)))
        unsealed = Contact.objects.filter(pk=found.pk, sealed_address__isnull=True)
        if unsealed.update(wrapped_key=key, sealed_address=sealed, emptied_at=None):
            found.wrapped_key, found.sealed_address, found.emptied_at = key, sealed, None
    return found


def index_of(address: str) -> bytes:
    """The 32 bytes by which the database knows an address."""
    # In hexadecimal: the blind index leaves out hyphens, by which addresses differ.
    folded = unicodedata.normalize("NFKC", address.strip()).casefold()
    return blind_index("contact", folded.encode().hex())


def address_of(contact: Contact) -> str:
    """The address in clear; "" once it is erased. Raises :class:`~accounts.vault.wrapped_key.Damaged`."""
    if contact.sealed_address is None:
        return ""
    sealed = contact.sealed_address
    return unseal_under(contact.wrapped_key, sealed, context=_context(str(contact.reference))).decode()


def holds(user: User, contact: Contact) -> bool:
    """Whether ``user`` has shown to control the address: it is a confirmed one of their account."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return any(index_of(address) == bytes(contact.index) for address in confirmed)


def contacts_of(user: User) -> QuerySet[Contact]:
    """Every contact whose address is a confirmed one of ``user``."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return Contact.objects.filter(index__in=[index_of(address) for address in confirmed])


def holder_of(contact: Contact) -> User | None:
    """The open account that holds the address as a confirmed one; None where there is none, or the address is erased."""
    address = address_of(contact)
    held = EmailAddress.objects.filter(email__iexact=address, verified=True, user__is_active=True)
    found = held.select_related("user").first() if address else None
    return found.user if found is not None else None


def addresses_of(user: User) -> QuerySet[Contact]:
    """Every contact whose address is one of ``user``, confirmed or not."""
    addresses = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    return Contact.objects.filter(index__in=[index_of(address) for address in addresses])


def erase(contacts: Collection[Any]) -> None:
    """Forget the addresses of contacts, given by their keys. That somebody was asked under them stays known by the digest."""
    Contact.objects.filter(pk__in=contacts).update(**_ERASED)


def erase_unused(asked: QuerySet[Any], others: QuerySet[Any]) -> None:
    """Forget the addresses among the contacts ``asked`` that are not among ``others``, both querysets of references."""
    Contact.objects.filter(pk__in=asked).exclude(pk__in=others).update(**_ERASED)


def _context(reference: str) -> str:
    return f"contact.address:{reference}"
