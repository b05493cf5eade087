"""What becomes of requests when the account of who asked, or of who was asked, is erased."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.retention.holds import held_subjects
from accounts.users.models import User
from consent.contacts.models import Contact
from consent.contacts.services import addresses_of, contacts_of, erase, erase_unused, holder_of
from consent.requests.lifecycle import drop
from consent.requests.models import Request
from consent.requests.states import OPEN, RequestState

_NAMELESS: dict[str, None] = {"wrapped_key": None, "sealed_name": None}


def on_erasure(*, user: User, now: datetime, **kwargs: Any) -> None:
    """Take back what ``user`` still asks; forget whom they asked, and under which name and address they were asked themselves."""
    for request in Request.objects.filter(requester=user, state__in=sorted(OPEN)).order_by("pk"):
        drop(request, RequestState.CANCELLED, by=None, now=now)
    _forget_asked_by(user)
    _forget_asked_of(user, now)


def _forget_asked_by(user: User) -> None:
    asked = Request.objects.filter(requester=user)
    asked.update(**_NAMELESS)
    others = Request.objects.exclude(requester=user)
    erase_unused(asked.values("contact"), others.values("contact"))


def _forget_asked_of(user: User, now: datetime) -> None:
    """Forget what ``user`` was asked under: the addresses of their account, and those under which they proved to be the one asked.

    Where nobody proved to be the one asked, the address alone says whose name it is: the name does not outlive it.
    """
    received = Request.objects.filter(person=user)
    received.update(**_NAMELESS)
    own = {contact.pk for contact in addresses_of(user)}
    former = {contact.pk for contact in Contact.objects.filter(pk__in=received.values("contact"))} - own
    gone = own | (former - _open_under(former))
    gone -= _kept_of_others(user, gone, now)
    erase(gone)
    held_by_user = {contact.pk for contact in contacts_of(user)}
    Request.objects.filter(person__isnull=True, contact__in=gone | held_by_user).update(**_NAMELESS)


def _open_under(contacts: Collection[UUID]) -> set[UUID]:
    """Those among ``contacts`` under which somebody is asked who did not prove yet who they are: it may be another by now."""
    asked = Request.objects.filter(contact__in=contacts, person__isnull=True, state__in=sorted(OPEN))
    return set(asked.values_list("contact", flat=True))


def _kept_of_others(user: User, contacts: Collection[UUID], now: datetime) -> set[UUID]:
    """Those among ``contacts`` that are somebody else's: who answered under it and is still here, whose confirmed address it is, or by whose
    proceedings a question under it is held. What ``user`` is held by postpones their erasure before any of this.
    """
    under = Request.objects.filter(contact__in=contacts).exclude(person=user).select_related("contact")
    answered = under.filter(person__person_key__destroyed_at__isnull=True, person__isnull=False)
    held = held_subjects(now)
    kept = {each.contact.pk for each in under if not held.isdisjoint({each.log_subject, each.answer_subject})}
    confirmed = (
        contact
        for contact in Contact.objects.filter(pk__in=contacts)
        if holder_of(contact) not in (None, user)
    )
    return kept | {contact.pk for contact in confirmed} | set(answered.values_list("contact", flat=True))
