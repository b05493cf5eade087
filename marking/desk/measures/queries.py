"""Reading measures, and finding the copies of a work that one decision should reach."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from marking.desk.measures.models import Measure
from marking.registry import lookup
from marking.registry.models import Registration, Variant
from marking.works.models import Work
from marking.works.states import WorkState


@dataclass(frozen=True)
class NearCopy:
    """A work that looks like another. ``distance``: in bits of 256."""

    work: Work
    distance: int


def standing_on(work: Work) -> QuerySet[Measure]:
    """The measures that keep ``work`` from everybody, first imposed first."""
    return Measure.objects.filter(work=work, lifted_at__isnull=True).select_related("statement", "case")


def measures_of(case_pk: int) -> QuerySet[Measure]:
    """All that was ever imposed in a case, lifted or not."""
    return Measure.objects.filter(case=case_pk).select_related("work", "statement", "lifted_by")


def identical_to(work: Work) -> list[Work]:
    """The other released works with the same source, or with a file that was given out in common. Deleted ones are left out."""
    files = {work.marked_sha256} | set(
        Variant.objects.filter(registration__work=work).values_list("sha256", flat=True)
    )
    registered = Registration.objects.filter(sha256__in=files).values("work")
    variants = Variant.objects.filter(sha256__in=files).values("registration")
    same = Q(source_sha256=work.source_sha256) | Q(pk__in=registered) | Q(pk__in=variants)
    found = Work.objects.filter(same, released_at__isnull=False).exclude(pk=work.pk)
    return list(found.exclude(state=WorkState.DELETED).select_related("owner").order_by("pk"))


def near_copies_of(work: Work) -> list[NearCopy]:
    """The works that look like ``work`` and to which access is on: for a human to look at, the nearest first. Its identical copies are none."""
    registration = Registration.objects.filter(work=work).first()
    if registration is None:
        return []
    identical = {work.pk, *(each.pk for each in identical_to(work))}
    found = [NearCopy(each.work, distance) for each, distance in lookup.near(bytes(registration.fingerprint))]
    return [each for each in found if each.work.pk not in identical and each.work.is_given_out]
