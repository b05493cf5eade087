"""What a hold on a work or a consent keeps besides: the consents that the work was made under, with all that shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.db.models import Q

from consent.contacts.services import contacts_of
from consent.grants.models import Grant
from consent.requests.models import Request
from consent.statements.models import Statement
from consent.uses.models import DepictedPerson, Use

if TYPE_CHECKING:
    from accounts.users.models import User


def concerned(subjects: Iterable[str]) -> set[str]:
    """What the works among ``subjects`` show: their uses, the consents and questions behind them, receipts and statements."""
    uses = Use.objects.filter(subject__in=list(subjects))
    people = DepictedPerson.objects.filter(use__in=uses)
    grants = Grant.objects.filter(depictions__in=people).select_related("person")
    requests = Request.objects.filter(Q(depictions__in=people) | Q(grant__in=grants))
    return {*(each.log_subject for each in uses), *_of_grants(grants), *_of_requests(requests)}


def subjects_of(user: User) -> Iterator[str]:
    """What the record log calls the consents that a person gave or holds, what was made of them, and what they asked or were asked."""
    shared = Q(person=user) | Q(grantee=user) | Q(guardian=user)
    yield from (each.log_subject for each in Grant.objects.filter(shared))
    yield from (each.log_subject for each in Use.objects.filter(owner=user))
    unproved = Q(person__isnull=True, contact__in=contacts_of(user))
    requests = Request.objects.filter(Q(requester=user) | Q(person=user) | unproved)
    for request in requests:
        yield request.log_subject
        yield request.answer_subject


def _of_grants(grants: Iterable[Grant]) -> Iterator[str]:
    for grant in grants:
        yield grant.log_subject
        yield f"user:{grant.person.producer_id}"
        yield from (each.log_subject for each in grant.receipts.all())


def _of_requests(requests: Iterable[Request]) -> Iterator[str]:
    for request in requests:
        yield request.log_subject
        yield request.answer_subject
    yield from (each.log_subject for each in Statement.objects.filter(request__in=requests))
