"""All that concerns one person's likeness: who asked, what they granted, and what is made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.http import Http404

from accounts.guardians.naming import name_of_ward
from accounts.guardians.queries import confirmed_wards_of
from accounts.users.models import User
from consent.contacts.services import contacts_of
from consent.grants.models import Grant
from consent.grants.queries import given_by, seen_by
from consent.grants.states import STANDING
from consent.history.models import Event
from consent.likeness.downloads import downloads_of
from consent.receipts.models import Receipt
from consent.receipts.queries import receipts_for
from consent.receipts.sides import Side
from consent.requests.models import Request
from consent.requests.states import RequestState
from consent.scope import GrantState
from consent.uses.models import DepictedPerson, Use
from consent.uses.states import UseState

WAITING = (RequestState.SENT, RequestState.VIEWED, RequestState.CONFIRMED, RequestState.DEFERRED)
"""States in which it is the person's turn. What a rule or a block holds back is not shown as waiting."""


@dataclass(frozen=True)
class Held:
    """One grant with what stands under it, as ``viewer`` sees it. ``downloads``: of all its uses together."""

    grant: Grant
    uses: Sequence[Use]
    downloads: int
    viewer: User

    @property
    def is_standing(self) -> bool:
        """Whether there is something to withdraw."""
        return self.grant.state in STANDING

    @property
    def may_withdraw(self) -> bool:
        """Whether the viewer can end it: it is theirs, or they gave it as a guardian."""
        return self.is_standing and self.is_own

    @property
    def may_contest(self) -> bool:
        """Whether the viewer, the other guardian of the child, can let it rest."""
        return self.is_standing and not self.is_own and self.grant.state != GrantState.SUSPENDED

    @property
    def is_own(self) -> bool:
        """Whether the viewer gave it, for themselves or for a child."""
        return self.viewer.pk in (self.grant.person_id, self.grant.guardian_id)

    @property
    def child(self) -> str:
        """The name of the child whose likeness it is; "" where it is the viewer's own."""
        person = self.grant.person
        return "" if person == self.viewer else name_of_ward(person) or person.producer_id


def requests_to(user: User) -> QuerySet[Request]:
    """All that ``user`` was ever asked under an address that they proved to hold, and a child that they act for, newest first.

    Drafts are nobody's business.
    """
    own = Q(person=user) | Q(contact__in=contacts_of(user))
    theirs = Request.objects.filter(own | Q(person__in=confirmed_wards_of(user)) & ~Q(requester=user))
    return theirs.exclude(state=RequestState.DRAFT).select_related("requester", "contact")


def waiting_for(user: User) -> QuerySet[Request]:
    """The requests that wait for an answer of ``user``."""
    return requests_to(user).filter(state__in=WAITING)


def held_by_person(user: User) -> list[Held]:
    """All that ``user`` ever granted, for themselves or for a child, with the uses and downloads of each."""
    return held(user, given_by(user).select_related("person__person_key"))


def standing_of(user: User) -> QuerySet[Grant]:
    """What of it still stands: what they can withdraw."""
    return given_by(user).filter(state__in=STANDING)


def live_of(user: User) -> int:
    """How many uses are online of what ``user`` sees."""
    shown = seen_by(user).order_by().values("pk")
    return Use.objects.filter(state=UseState.LIVE, people__grant__in=shown).distinct().count()


def grant_for(user: User, reference: UUID) -> Held:
    """One grant that ``user`` gave, or that was given of a child they act for. Raises Http404 for others'."""
    for each in held(user, seen_by(user).filter(pk=reference)):
        return each
    raise Http404("no such grant")


def bare_grant_for(user: User, reference: UUID) -> Grant:
    """The same without what stands under it, and without a count of downloads: nobody who withdraws waits for those. Raises Http404 for others'."""
    for grant in seen_by(user).filter(pk=reference):
        return grant
    raise Http404("no such grant")


def held(user: User, chosen: Iterable[Grant]) -> list[Held]:
    """``chosen`` grants with what stands under each, as ``user`` sees them: three queries, however many."""
    people = DepictedPerson.objects.select_related("use__owner")
    grants = list(chosen)
    prefetch_related_objects(grants, Prefetch("depictions", queryset=people))
    uses = {grant.pk: [each.use for each in grant.depictions.all()] for grant in grants}
    counted = downloads_of({use.subject for each in uses.values() for use in each})
    return [Held(grant, uses[grant.pk], _sum(uses[grant.pk], counted), user) for grant in grants]


def receipts_of(user: User, grant: Grant) -> QuerySet[Receipt]:
    """The receipts of ``user`` of one grant, newest first."""
    return receipts_for(user).filter(grant=grant, side=Side.PERSON)


def history_of(subject: str) -> list[Event]:
    """What happened to a grant or a request, oldest first."""
    return list(Event.objects.filter(subject=subject))


def histories_of(subjects: Iterable[str]) -> dict[str, list[Event]]:
    """The same for many, in one query."""
    told: dict[str, list[Event]] = {}
    for each in Event.objects.filter(subject__in=list(subjects)):
        told.setdefault(each.subject, []).append(each)
    return told


def _sum(uses: Sequence[Use], counted: Mapping[str, int]) -> int:
    return sum(counted.get(use.subject, 0) for use in uses)
