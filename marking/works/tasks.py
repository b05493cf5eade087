"""What the worker runs. A task takes a number, calls one function, and may run twice, late or never."""

from __future__ import annotations

import logging

from celery import shared_task

from marking.works import execution, jobs, likenesses, services, waiting

logger = logging.getLogger(__name__)


@shared_task(name="marking.works.tasks.mark")
def mark(number: int) -> None:
    """Mark one work."""
    try:
        execution.run(number)
    except jobs.LeaseLost as lost:
        logger.warning("%s; its result is thrown away", lost)


@shared_task(name=likenesses.REMAKE_TASK)
def remake_likeness(number: int) -> None:
    """Make the small copy of one released picture anew."""
    likenesses.remake(number)


@shared_task(name="marking.works.tasks.sweep")
def sweep() -> None:
    """Take up what a dead worker, a lost message or a stubborn storage left behind."""
    woken = jobs.sweep()
    if woken:
        logger.info("woke %d jobs", woken)
    services.remove_left_files()


@shared_task(name="marking.works.tasks.end_waiting")
def end_waiting() -> None:
    """Delete uploads that nobody came back for, and tell the owners of those that are next."""
    waiting.sweep()
