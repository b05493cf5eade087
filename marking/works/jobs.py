"""The job row is the truth about a marking; a message on the broker is only a wake-up.

No broker survives the death of a whole worker by itself, so a job is claimed by a conditional UPDATE and
held by a lease that a thread renews. When the lease runs out the sweeper wakes the job again. A worker
that lost its lease throws its result away, so that a work is released once.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from celery import current_app
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from marking.works import files
from marking.works.lifecycle import move
from marking.works.models import Job, Work
from marking.works.sanctioned import held_back
from marking.works.states import WorkState

LEASE = timedelta(seconds=30)
RENEW_EVERY = 10.0
WAKE_AGAIN_AFTER = timedelta(seconds=30)
MOST_ATTEMPTS = 3
MOST_WOKEN_AT_ONCE = 500
MARK_TASK = "marking.works.tasks.mark"


class LeaseLost(Exception):
    """Somebody else holds the job now; what was done under the old lease does not count."""


def enqueue(work: Work, *, now: datetime) -> None:
    """Make ``work`` due for marking and wake a worker once the transaction has committed."""
    Job.objects.update_or_create(
        work=work, defaults={"attempts": 0, "lease": None, "leased_until": None, "step": "", "woken_at": now}
    )
    _wake(work.pk)


def _wake(number: int) -> None:
    # By name: the task's module stands above this one.
    transaction.on_commit(lambda: current_app.send_task(MARK_TASK, [number]))


def sweep(*, now: datetime | None = None) -> int:
    """Wake every job that nobody holds although it is due; return how many. Clears what dead processes left behind.

    Works whose owner is kept from them by a sanction rest until it ends.
    """
    now = now or timezone.now()
    files.clear_abandoned()
    due = Job.objects.filter(work__state__in=[WorkState.QUEUED, WorkState.MARKING]).filter(
        Q(leased_until__lt=now) | Q(lease__isnull=True, woken_at__lt=now - WAKE_AGAIN_AFTER)
    )
    due = due.exclude(held_back("work__", now))
    numbers = list(due.order_by("woken_at").values_list("pk", flat=True)[:MOST_WOKEN_AT_ONCE])
    with transaction.atomic():
        Job.objects.filter(pk__in=numbers).update(woken_at=now)
        for number in numbers:
            _wake(number)
    return len(numbers)


def claim(number: int, *, now: datetime) -> uuid.UUID | None:
    """Take the job of work ``number``; None when it is not due, somebody holds it or a sanction keeps its owner from it."""
    lease = uuid.uuid4()
    with transaction.atomic():
        taken = (
            Job.objects.filter(pk=number, work__state__in=[WorkState.QUEUED, WorkState.MARKING])
            .filter(Q(lease__isnull=True) | Q(leased_until__lt=now))
            .exclude(held_back("work__", now))
            .update(lease=lease, leased_until=now + LEASE, attempts=F("attempts") + 1, step="")
        )
        if not taken:
            return None
        work = Work.objects.get(pk=number)
        if work.state == WorkState.QUEUED:
            move(work, WorkState.QUEUED, WorkState.MARKING, by=None, now=now)
    return lease


@contextmanager
def renewed(number: int, lease: uuid.UUID) -> Iterator[None]:
    """Renew ``lease`` from a thread for as long as the context lasts."""
    done = threading.Event()

    def renew() -> None:
        try:
            while not done.wait(RENEW_EVERY):
                Job.objects.filter(pk=number, lease=lease).update(leased_until=timezone.now() + LEASE)
        finally:
            connection.close()

    thread = threading.Thread(target=renew, name=f"lease-{number}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def require_held(work: Work, lease: uuid.UUID) -> None:
    """Raise :class:`LeaseLost` when the job of ``work`` is not held by ``lease`` any more."""
    if not Job.objects.filter(pk=work.pk, lease=lease).exists():
        raise LeaseLost(f"the job of {work.code} is held by somebody else")


def report_step(work: Work, lease: uuid.UUID, step: str) -> None:
    """Let the page show how far the marking has come."""
    Job.objects.filter(pk=work.pk, lease=lease).update(step=step)


def give_back(work: Work, lease: uuid.UUID) -> None:
    """End the lease, in the transaction that writes the result. Raises :class:`LeaseLost`."""
    held = Job.objects.filter(pk=work.pk, lease=lease).update(lease=None, leased_until=None)
    if not held:
        raise LeaseLost(f"the job of {work.code} is held by somebody else")
