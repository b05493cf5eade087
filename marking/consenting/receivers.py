"""What becomes of a work when the use that it is does: in the same transaction, by the signals of :mod:`consent.signals`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from consent.uses.models import Use
from marking.works import jobs, numbers
from marking.works.lifecycle import move, record
from marking.works.models import Job, Work
from marking.works.states import WorkState


def on_held(*, uses: Sequence[Use], **kwargs: Any) -> None:
    """Lock the jobs and then the works of ``uses``, in their order: as whoever takes up a job does."""
    found = sorted(number for number in map(_number, uses) if number is not None)
    list(Job.objects.select_for_update().filter(pk__in=found).order_by("pk"))
    list(Work.objects.select_for_update().filter(pk__in=found).order_by("pk"))


def on_covered(*, use: Use, now: datetime, **kwargs: Any) -> None:
    """Queue the work of ``use``, if it waits for consent."""
    work = _work(use)
    if work is not None and work.state == WorkState.AWAITING_CONSENT:
        move(work, WorkState.AWAITING_CONSENT, WorkState.QUEUED, by=None, now=now)
        jobs.enqueue(work, now=now)


def on_cut_off(*, use: Use, is_final: bool, now: datetime, **kwargs: Any) -> None:
    """Take the work of ``use`` down, or out of the queue. One that is being marked is stopped when it is done."""
    work = _work(use)
    if work is None:
        return
    due = now + timedelta(hours=settings.CONSENT_FILES_HOURS) if is_final else None
    if work.state == WorkState.RELEASED:
        move(
            work, WorkState.RELEASED, WorkState.CONSENT_ENDED, by=None, now=now,
            consent_ended_at=now, files_due_at=due,
        )  # fmt: skip
        record(work, "work.consent_ended", by=None, now=now, body={"sha256": work.marked_sha256})
    elif work.state == WorkState.CONSENT_ENDED and due and work.files_due_at is None:
        Work.objects.filter(pk=work.pk).update(files_due_at=due)
    elif work.state == WorkState.QUEUED:
        Job.objects.filter(work=work).delete()
        move(work, WorkState.QUEUED, WorkState.AWAITING_CONSENT, by=None, now=now)


def on_restored(*, use: Use, now: datetime, **kwargs: Any) -> None:
    """Show the work of ``use`` again. Refused with ``wrong_state`` where its files are deleted already."""
    work = _work(use)
    if work is not None and work.state == WorkState.CONSENT_ENDED:
        move(
            work, WorkState.CONSENT_ENDED, WorkState.RELEASED, by=None, now=now,
            consent_ended_at=None, files_due_at=None,
        )  # fmt: skip
        record(work, "work.restored", by=None, now=now, body={"sha256": work.marked_sha256})


def _number(use: Use) -> int | None:
    """The number of the work that ``use`` is; None for what is no work."""
    kind, _, code = use.subject.partition(":")
    return numbers.read(code) if kind == "work" else None


def _work(use: Use) -> Work | None:
    number = _number(use)
    return Work.objects.select_related("owner").filter(pk=number).first() if number is not None else None
