"""All that concerns one person's likeness: who asked, what they granted, and what is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404

from accounts.users.models import User
from consent.grants.models import Grant
from consent.grants.queries import given_by
from consent.grants.states import STANDING
from consent.history.models import Event
from consent.likeness.downloads import downloads_of
from consent.requests.models import Request
from consent.requests.states import RequestState
from consent.uses.models import DepictedPerson, Use

WAITING = (RequestState.SENT, RequestState.VIEWED, RequestState.CONFIRMED, RequestState.DEFERRED)
"""States in which it is the person's turn. What a rule or a block holds back is not shown as waiting."""


@dataclass(frozen=True)
class Held:
    """One grant with what stands under it. ``downloads``: of all its uses together."""

    grant: Grant
    uses: Sequence[Use]
    downloads: int

    @property
    def is_standing(self) -> bool:
        """Whether there is something to withdraw."""
        return self.grant.state in STANDING


def requests_to(user: User) -> QuerySet[Request]:
    """All that ``user`` was ever asked under an address that they proved to hold, newest first; drafts are nobody's business."""
    theirs = Request.objects.filter(Q(person=user) | Q(contact__in=_contacts_of(user)))
    return theirs.exclude(state=RequestState.DRAFT).select_related("requester", "contact")


def waiting_for(user: User) -> QuerySet[Request]:
    """The requests that wait for an answer of ``user``."""
    return requests_to(user).filter(state__in=WAITING)


def held_by_person(user: User) -> list[Held]:
    """All that ``user`` ever granted, with the uses and downloads of each."""
    people = DepictedPerson.objects.select_related("use__owner")
    grants = list(given_by(user).prefetch_related(Prefetch("depictions", queryset=people)))
    uses = {grant.pk: [each.use for each in grant.depictions.all()] for grant in grants}
    counted = downloads_of({use.subject for each in uses.values() for use in each})
    return [Held(grant, uses[grant.pk], _sum(uses[grant.pk], counted)) for grant in grants]


def grant_for(user: User, reference: UUID) -> Held:
    """One grant that ``user`` gave. Raises Http404 for others'."""
    for held in held_by_person(user):
        if held.grant.reference == reference:
            return held
    raise Http404("no such grant")


def history_of(subject: str) -> list[Event]:
    """What happened to a grant or a request, oldest first."""
    return list(Event.objects.filter(subject=subject))


def _sum(uses: Sequence[Use], counted: Mapping[str, int]) -> int:
    return sum(counted.get(use.subject, 0) for use in uses)


def _contacts_of(user: User) -> list[UUID]:
    from allauth.account.models import EmailAddress

    from consent.contacts.models import Contact
    from consent.contacts.services import index_of

    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    indexes = [index_of(address) for address in confirmed]
    return list(Contact.objects.filter(index__in=indexes).values_list("pk", flat=True))
