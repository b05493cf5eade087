"""Reading requests. Whoever is concerned sees theirs only once they were told, and on their own page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.elevation.keeper import Field
from accounts.elevation.models import ConcernedPerson, Elevation
from accounts.elevation.stakes import holders_in
from accounts.guardians.queries import ever_named_by
from accounts.records.deep import opened
from accounts.records.models import Record

if TYPE_CHECKING:
    from accounts.users.models import User


def elevations_for(user: User) -> QuerySet[Elevation]:
    """Every request that is not about ``user``, newest first, for a holder of the desk's permission."""
    about = ConcernedPerson.objects.filter(person=user).values("elevation")
    people = ("asker", "first_approver", "second_approver", "refused_by")
    return Elevation.objects.exclude(pk__in=about).select_related(*people)


def elevation_for(user: User, reference: UUID) -> Elevation:
    """One of these in which ``user`` has no stake otherwise, or which they asked for. Raises Http404 for any other."""
    found = elevations_for(user).filter(reference=reference).first()
    if found is None or (found.asker_id != user.pk and user.pk in holders_in(found)):
        raise Http404("no such request")
    return found


def concerned_in(elevation: Elevation, producer_id: str) -> ConcernedPerson:
    """One person of a request. Raises Http404 where they are not among them."""
    found = elevation.persons.select_related("person", "elevation")
    one = found.filter(person__producer_id=producer_id).first()
    if one is None:
        raise Http404("nobody of this request")
    return one


def accesses_to(person: User) -> QuerySet[ConcernedPerson]:
    """Each opening of the identity of ``person`` that they were told of, newest first."""
    told = ConcernedPerson.objects.filter(person=person, told_at__isnull=False)
    people = ("elevation__asker", "elevation__first_approver", "elevation__second_approver")
    return told.select_related(*people).prefetch_related("viewings__viewer").order_by("-told_at", "-pk")


def reviews_of(person: User) -> QuerySet[Record]:
    """Each time that a reviewer read a waiting claim of ``person``, or of a child while they named it as theirs, newest first."""
    concerned = Q(subject=f"user:{person.producer_id}")
    for each in ever_named_by(person):
        named = Q(subject=f"user:{each.ward.producer_id}", at__gte=each.claimed_at)
        concerned |= named & Q(at__lte=each.ended_at) if each.ended_at else named
    return Record.objects.filter(concerned, kind="identity.viewed").order_by("-sequence")


def opened_fields(concerned: ConcernedPerson) -> frozenset[Field]:
    """Which fields were opened of one person, as their record tells: not all that was asked for is held of everybody."""
    told = Record.objects.filter(kind="access.opened", subject=concerned.elevation.log_subject)
    record = (
        told.filter(body__person_key__user=concerned.person_id).select_related("body__person_key").first()
    )
    body = opened(record) if record is not None else None
    fields = body.get("fields") if body is not None else None
    return frozenset(Field(str(each)) for each in fields) if isinstance(fields, list) else frozenset()


def untold_records(person: User) -> Q:
    """Records of openings that ``person`` was not told of: a copy of their data must not tell before the notice does."""
    told = accesses_to(person).values_list("elevation__reference", flat=True)
    return Q(kind__startswith="access.") & ~Q(subject__in=[f"elevation:{each}" for each in told])
