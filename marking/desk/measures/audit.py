"""What ``records verify --deep`` looks at: whether each work is blocked by measures that the log knows, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Exists, OuterRef, Q

from accounts.records import deep
from accounts.records.deep import Mismatch
from marking.desk.measures.models import Measure
from marking.works.gate import subject_of
from marking.works.models import Work


def mismatches() -> Iterator[Mismatch]:
    """Works whose column and measures disagree, and those of whose measures the log tells otherwise."""
    standing = Measure.objects.filter(work=OuterRef("pk"), lifted_at__isnull=True)
    works = Work.objects.annotate(is_measured=Exists(standing))
    for work in works.filter(is_measured=True, blocked_at=None):
        yield Mismatch(subject_of(work), "measure_without_block", "A measure stands, and the access is on.")
    for work in works.filter(is_measured=False, blocked_at__isnull=False):
        yield Mismatch(subject_of(work), "blocked_without_measure", "The access is off without a measure.")
    yield from _told_otherwise()


def _told_otherwise() -> Iterator[Mismatch]:
    counted = Work.objects.annotate(
        imposed=Count("measures"), lifted=Count("measures", filter=Q(measures__lifted_at__isnull=False))
    )
    for page in deep.pages(counted.filter(imposed__gt=0)):
        told = deep.told_of([subject_of(work) for work in page])
        for work in page:
            subject = subject_of(work)
            if (told[subject, "work.blocked"], told[subject, "work.unblocked"]) != (
                work.imposed,
                work.lifted,
            ):
                sentence = "The log tells of another number of measures imposed or lifted."
                yield Mismatch(subject, "measure_not_recorded", sentence)
