"""Functions to be run in a child process."""

import os
import resource
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from marking.media import Refused


class Unrebuildable(Exception):
    """An exception that unpickling cannot make again."""

    def __init__(self, number: int, text: str) -> None:
        super().__init__(f"{number} {text}")


def process_facts() -> dict[str, object]:
    return {
        "pid": os.getpid(),
        "core": resource.getrlimit(resource.RLIMIT_CORE),
        "cpu": resource.getrlimit(resource.RLIMIT_CPU)[0],
        "cv2_threads": cv2.getNumThreads(),
        "threads": threading.active_count(),
    }


def narrate(report: Callable[[str], None], *steps: str) -> int:
    for step in steps:
        report(step)
    return len(steps)


def note(book: list[str], line: str) -> list[str]:
    book.append(line)
    return book


def note_aloud(report: Callable[[str], None], book: list[str], line: str) -> list[str]:
    report(line)
    return note(book, line)


def refuse_about(book: list[str]) -> None:
    refuse()


def pid_about(book: list[str]) -> int:
    return os.getpid()


def refuse() -> None:
    raise Refused("animated", frames=3)


def fail_with(kind: type[Exception], *args: object) -> None:
    raise kind(*args)


def fail_unrebuildable() -> None:
    raise Unrebuildable(4, "of them")


def fail_with_a_private_class() -> None:
    class Private(Exception):
        pass

    raise Private("secret")


def unpicklable() -> object:
    return threading.Lock()


def die_by(number: int) -> None:
    os.kill(os.getpid(), number)


def leave(code: int) -> None:
    os._exit(code)


def exit_politely() -> None:
    sys.exit(3)


def fill(count: int) -> int:
    return int(np.ones(count, np.uint8).sum())


def fill_in_opencv(side: int) -> int:
    return int(cv2.resize(np.zeros((2, 2, 3), np.uint8), (side, side))[0, 0, 0])


def add_up(array: np.ndarray) -> np.ndarray:
    return array.sum(axis=0)


def spin() -> None:
    while True:
        pass


def write_pid_and_sleep(path: Path) -> None:
    path.write_text(str(os.getpid()))
    time.sleep(60)


_prepared_in: list[int] = []


def prepare() -> None:
    """What the warm process calls before it forks."""
    _prepared_in.append(os.getpid())


def prepared_in() -> tuple[int, list[int]]:
    return os.getppid(), _prepared_in


def variable(name: str) -> str | None:
    return os.environ.get(name)
