"""Work spread over processes, one thread each, that end with the process that started them."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.pool import Pool
from threading import Thread
from typing import TypeVar

import cv2

from config.bootstrap import ONE_THREAD

Item = TypeVar("Item")
Result = TypeVar("Result")


def spread(task: Callable[[Item], Result], items: Sequence[Item], jobs: int) -> Iterator[Result]:
    """The results in order: of this process for one job, else of so many fresh ones."""
    cv2.setNumThreads(1)
    if jobs <= 1:
        yield from map(task, items)
        return
    with workers(jobs) as pool:
        yield from pool.imap(task, items)


def workers(jobs: int, prepare: Callable[[], None] | None = None) -> Pool:
    """So many fresh processes. They outlive neither the ``with`` block nor, should it be killed, this process.

    Each uses one thread, as the processes of the site do, so that its time is its own. ``prepare`` is called in each
    before it is given work.
    """
    os.environ.update(ONE_THREAD)
    return get_context("spawn").Pool(jobs, _begin, (prepare,))


def _begin(prepare: Callable[[], None] | None) -> None:
    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the parent ends the others
    Thread(target=_end_with_parent, daemon=True).start()
    if prepare is not None:
        prepare()


def _end_with_parent() -> None:
    """A parent that is killed says nothing to its pool, whose workers would finish their tasks first."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
