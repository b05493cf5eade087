"""Work spread over processes, one thread each."""

from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from typing import TypeVar

import cv2

Item = TypeVar("Item")
Result = TypeVar("Result")


def spread(task: Callable[[Item], Result], items: Sequence[Item], jobs: int) -> Iterator[Result]:
    """The results in order: of this process for one job, else of so many fresh ones."""
    cv2.setNumThreads(1)
    if jobs <= 1:
        yield from map(task, items)
        return
    with get_context("spawn").Pool(jobs, cv2.setNumThreads, (1,)) as pool:
        yield from pool.imap(task, items)
