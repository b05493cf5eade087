"""Clocks that ran out before anybody decided. From that moment their works are off: what follows only writes it down.

So nothing hangs on a worker: whatever gives a work out asks here (:mod:`marking.works.expired`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, Subquery

from accounts.prepared import Prepared
from marking.desk.cases.models import Case
from marking.desk.cases.profiles import LEAD, PROFILES, AtExpiry
from marking.desk.cases.states import OPEN
from marking.registry.models import Variant
from marking.works import expired
from marking.works.models import Work
from marking.works.states import WorkState

if TYPE_CHECKING:
    from django.db.models import QuerySet

BY_CLOCK = sorted(kind for kind, each in PROFILES.items() if each.at_expiry is AtExpiry.ACCESS_OFF)
"""Kinds whose clock turns the access off when it runs out."""


def due_to_act(now: datetime) -> QuerySet[Case]:
    """Cases whose clock acts now: complete, undecided, about a work of this site, and not acted in before."""
    return _due_until(now + LEAD)


def off_since(number: int, now: datetime) -> datetime | None:
    """When the first clock ran out that keeps released work ``number``, or an identical copy of it, from everybody; None where none does."""
    rows = _DUE.rows(number=number, until=now + LEAD)
    return next((due_at - LEAD for _number, due_at in rows if due_at), None)


def off_among(numbers: Collection[int], now: datetime) -> dict[int, datetime]:
    """The same of several works, of those that are off."""
    rows = _first_due(Work.objects.filter(pk__in=numbers), now + LEAD)
    return {number: due_at - LEAD for number, due_at in rows if due_at}


def register() -> None:
    """Have whatever gives works out ask here."""
    expired.register(off_since, off_among)


def _due_until(until: datetime) -> QuerySet[Case]:
    # An open case has no answer (constraint): said again for the index of the clocks that run.
    return Case.objects.filter(
        kind__in=BY_CLOCK, state__in=sorted(OPEN), answered_at__isnull=True, due_at__lte=until,
        valid_at__isnull=False, work__released_at__isnull=False, acted_at__isnull=True, paused_at__isnull=True,
    )  # fmt: skip


def _first_due(works: QuerySet[Work], until: datetime) -> QuerySet[Work, tuple[int, datetime | None]]:
    """The numbers of those of ``works`` that are released, each with the end of the first clock that acts on it: of a case about it, or
    about an identical copy."""
    kept = works.filter(released_at__isnull=False).exclude(state=WorkState.DELETED).order_by()
    first = _due_until(until).filter(_is_about_the_same()).order_by("due_at").values("due_at")[:1]
    return kept.values_list("pk", Subquery(first))


def _is_about_the_same() -> Q:
    """Cases about the work of the query around them: the same source, or a file that was given out in common, as
    :func:`marking.desk.measures.queries.identical_to` finds them."""
    given_out = Variant.objects.filter(registration=OuterRef(OuterRef("pk"))).values("sha256")
    given_out_further = Variant.objects.filter(registration=OuterRef(OuterRef(OuterRef("pk")))).values(
        "sha256"
    )
    shared = Q(sha256=OuterRef(OuterRef("marked_sha256"))) | Q(sha256__in=given_out_further)
    return (
        Q(work__source_sha256=OuterRef("source_sha256"))
        | Q(work__marked_sha256=OuterRef("marked_sha256"))
        | Q(work__marked_sha256__in=given_out)
        | Q(Exists(Variant.objects.filter(shared, registration=OuterRef("work"))))
    )


def _due(number: int, until: datetime) -> QuerySet[Work, tuple[int, datetime | None]]:
    return _first_due(Work.objects.filter(pk=number), until)


_DUE = Prepared(_due)
