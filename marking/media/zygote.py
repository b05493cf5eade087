"""The warm process behind `run_bounded`: forks a child per order, watches its clock, reports its end.

Single-threaded, so that forking is safe. It ends, with every child, when its caller closes the control socket or dies.
"""

import ctypes
import errno
import gc
import importlib
import json
import math
import os
import pickle
import resource
import selectors
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler

import cv2
from PIL import Image

from marking.media.bounded import Crashed

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Order:
    """One child to start: the modules to have ready, seconds of wall clock, bytes of further address space."""

    modules: list[str]
    seconds: float
    memory_bytes: int


@dataclass
class _Child:
    pid: int
    life: socket.socket  # the caller's end closes when nobody waits for the child any more
    ended: int  # reads end-of-file when the child is gone
    deadline: float
    overdue: bool = False


class Zygote:
    """Serves orders from one control socket."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: dict[int, _Child] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ, self._take_order)
        self._serving = True

    def serve(self) -> None:
        """Work until the caller hangs up, then kill what still runs."""
        while self._serving:
            for key, _ in self._selector.select(self._seconds_to_next_deadline()):
                key.data()
            self._kill_overdue()
        for child in list(self._children.values()):
            os.kill(child.pid, signal.SIGKILL)
            self._bury(child)
        self._selector.close()

    def _seconds_to_next_deadline(self) -> float | None:
        deadlines = [child.deadline for child in self._children.values() if not child.overdue]
        return max(0.0, min(deadlines) - time.monotonic()) if deadlines else None

    def _kill_overdue(self) -> None:
        for child in self._children.values():
            if child.deadline <= time.monotonic() and not child.overdue:
                child.overdue = True
                os.kill(child.pid, signal.SIGKILL)

    def _take_order(self) -> None:
        message, descriptors, _, _ = socket.recv_fds(self._control, 4096, 2)
        if not message:
            self._serving = False
            return
        order = Order(**json.loads(message))
        for module in order.modules:
            with suppress(Exception):  # the child will meet the same error, and report it
                _have_ready(module)
        self._fork(order, *descriptors)

    def _fork(self, order: Order, work: int, life: int) -> None:
        ended, alive = os.pipe()
        zygote = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._close_in_child(ended, life)
            live(work, order, zygote)
        os.close(work)
        os.close(alive)
        self._watch(_Child(pid, socket.socket(fileno=life), ended, time.monotonic() + order.seconds))

    def _close_in_child(self, *more: int) -> None:
        """Let go of every descriptor by which the zygote, a sibling or a caller would notice an end."""
        siblings = [fd for child in self._children.values() for fd in (child.life.fileno(), child.ended)]
        for descriptor in (self._control.fileno(), self._selector.fileno(), *siblings, *more):
            os.close(descriptor)

    def _watch(self, child: _Child) -> None:
        self._children[child.pid] = child
        self._selector.register(child.life, selectors.EVENT_READ, lambda: self._abandon(child))
        self._selector.register(child.ended, selectors.EVENT_READ, lambda: self._bury(child))

    def _abandon(self, child: _Child) -> None:
        """Nobody waits for the child any more."""
        if self._children.get(child.pid) is child:
            self._selector.unregister(child.life)
            os.kill(child.pid, signal.SIGKILL)

    def _bury(self, child: _Child) -> None:
        """Collect a child that is gone, and tell its caller how it ended."""
        _, status = os.waitpid(child.pid, 0)
        report = {"exit_code": os.waitstatus_to_exitcode(status), "overdue": child.overdue}
        with suppress(ConnectionError):
            child.life.send(json.dumps(report).encode())
        del self._children[child.pid]
        for source in (child.life, child.ended):
            with suppress(KeyError):
                self._selector.unregister(source)
        child.life.close()
        os.close(child.ended)


_ready: set[str] = set()


def _have_ready(name: str) -> None:
    """Import a module and, where it has such a function, call its ``prepare()``, once: what that keeps, every child has."""
    if name in _ready:
        return
    _ready.add(name)
    getattr(importlib.import_module(name), "prepare", _nothing)()
    _settle()


def _settle() -> None:
    """Leave children as little to copy as can be: what is loaded is kept out of later collections, which would write to all of it."""
    gc.collect()
    gc.freeze()
    # What is free of the heap is handed back (malloc_trim(3), glibc's alone): a child would copy it, page by page, before it wrote.
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _nothing() -> None:
    """What most modules have to prepare."""


def live(work: int, order: Order, zygote: int) -> None:
    """The whole life of a child; never returns."""
    exit_code = 1
    try:
        _die_with(zygote)
        _limit(order)
        connection = Connection(work)
        kept = connection.recv()
        while True:
            perform(connection, kept)
    except (ConnectionError, EOFError):
        exit_code = 0  # the caller is gone: nobody is left to tell
    finally:
        os._exit(exit_code)


def _die_with(zygote: int) -> None:
    """Have the kernel kill this process when the zygote dies (prctl(2), PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != zygote:
        os._exit(1)


def _limit(order: Order) -> None:
    """Set the hard limits; processor time is a backstop for the wall clock that the zygote watches."""
    processor_seconds = math.ceil(order.seconds) + 1
    address_space = _address_space() + order.memory_bytes
    resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _address_space() -> int:
    """Bytes this process maps now (proc(5), statm: first field, in pages)."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[0]) * resource.getpagesize()


def perform(connection: Connection, kept: tuple[object, ...] = ()) -> None:
    """Receive a function with its arguments, call it with what is kept before them, send back how it went."""

    def report(text: str) -> None:
        connection.send(("progress", text))

    try:
        function, args, wants_report = connection.recv()
        result = function(report, *kept, *args) if wants_report else function(*kept, *args)
        connection.send(("result", result))
    except Exception as error:  # outermost edge: whatever it is, the caller raises it again
        connection.send(_failure(error))


def _failure(error: Exception) -> tuple[str, object]:
    """Name a failure: of memory, or an exception that the caller can raise again."""
    if _lacks_memory(error):
        return "memory", str(error) or type(error).__name__
    error.add_note("Raised in a child process:\n" + "".join(traceback.format_exception(error)))
    try:
        ForkingPickler.loads(ForkingPickler.dumps(error))
    except (pickle.PickleError, TypeError, AttributeError, ValueError):
        return "error", Crashed(f"{type(error).__name__}: {error}")
    return "error", error


_LOADER_LACKS_MEMORY = ("failed to map segment from shared object", "cannot allocate memory")


def _lacks_memory(error: Exception) -> bool:
    """Python, OpenCV and the operating system each say it in their own way."""
    if isinstance(error, cv2.error):
        return bool(error.code == cv2.Error.StsNoMem)
    if isinstance(
        error, ImportError
    ):  # a library that is loaded late; the words are those of the loader of glibc
        return any(words in str(error) for words in _LOADER_LACKS_MEMORY)
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM)


_LOADED_LATE = ("numpy.fft", "numpy.ma")
"""What NumPy loads when it is first needed, the latter for any median: 60 ms, which every child would pay again."""


def main() -> None:
    """Warm up and serve the control socket whose descriptor is the one argument."""
    cv2.setNumThreads(
        1
    )  # the children's too; and what is prepared must leave no threads behind, which forks do not have
    Image.init()
    for name in _LOADED_LATE:
        importlib.import_module(name)
    _settle()
    Zygote(socket.socket(fileno=int(sys.argv[1]))).serve()


if __name__ == "__main__":
    main()
