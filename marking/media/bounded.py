"""Run a function in a throw-away child process with hard limits on time and memory.

A warm process, the zygote, is started once per calling process and forks one child per call, so a call costs
milliseconds, not the start of an interpreter. It is an own small program instead of `multiprocessing`'s fork server
because that one refuses to work under daemonic processes (Celery's workers are), runs the caller's main script again
in each child, and breaks in processes forked from one that used it.

The limits guard against waste, endless loops and crashes in decoders. They are no sandbox: results come
back as pickles from a process with the caller's rights. Linux only.
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, Self, TypeVar, cast

T = TypeVar("T")


class BoundedError(Exception):
    """The child ended without a result; the message says why in a sentence."""


class OutOfTime(BoundedError):
    """The child was stopped because its time was up."""


class OutOfMemory(BoundedError):
    """The child asked for more memory than it was given."""


class Crashed(BoundedError):
    """The child died, or ended with something that cannot be handed back."""


def run_bounded(
    function: Callable[..., T],
    /,
    *args: Any,
    seconds: float,
    memory_bytes: int,
    on_progress: Callable[[str], None] | None = None,
) -> T:
    """Call ``function(*args)`` in a child process and return its result, or raise what it raised.

    ``function`` must be importable by name and not from the main script; arguments, result and exceptions must be
    picklable. ``seconds``: wall clock from the start of the child. ``memory_bytes``: address space on top of what the
    warm process already maps. With ``on_progress``, the function gets a first argument
    ``report: Callable[[str], None]``, and each text it reports is passed on, in the calling thread.

    May be called from any thread, also of a daemonic or forked process. The child never outlives the call:
    it is killed when its time is up, when the caller stops waiting and when the caller dies.
    Raises OutOfTime, OutOfMemory, Crashed; ValueError for a function that no other process can import.
    """
    _require_importable(function)
    with Child((), (function.__module__,), seconds=seconds, memory_bytes=memory_bytes) as child:
        return child.call(function, *args, on_progress=on_progress)


class Child:
    """A child process that does one job after another, and keeps what all of them are about.

    ``kept``: what each function gets as its first arguments. The child holds on to it, and so to what a function writes down in
    it. ``modules``: those of the functions, loaded once for all children. ``seconds`` and ``memory_bytes``: as in `run_bounded`, for
    all jobs together. It ends with the ``with`` block.
    """

    def __init__(
        self, kept: tuple[Any, ...], modules: Sequence[str], *, seconds: float, memory_bytes: int
    ) -> None:
        self._seconds, self._memory_bytes = seconds, memory_bytes
        self._ours, theirs = Pipe()
        self._life, their_life = socket.socketpair()
        with theirs, their_life:
            order = {"modules": list(modules), "seconds": seconds, "memory_bytes": memory_bytes}
            _place(json.dumps(order).encode(), [theirs.fileno(), their_life.fileno()])
        with suppress(ConnectionError):  # it is dead already, which the first call will tell
            self._ours.send(kept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child, whatever it does."""
        self._ours.close()
        self._life.close()

    def call(
        self,
        function: Callable[..., T],
        /,
        *args: Any,
        seconds: float | None = None,
        on_progress: Callable[[str], None] | None = None,
    ) -> T:
        """Return ``function(*kept, *args)`` of the child, or raise what it raised; its first argument reports where ``on_progress`` is given.

        ``seconds``: wall clock for this job, where that is less than is left for all. Of a child that ran out of time or died
        nothing can be asked any more. Raises as `run_bounded` does.
        """
        _require_importable(function)
        job = (function, args, on_progress is not None)
        outcome = _converse(self._ours, job, on_progress, seconds)
        if outcome is None:
            raise _cause_of_death(self._life.recv(256), self._seconds)
        kind, value = outcome
        if kind == "memory":
            raise OutOfMemory(f"More than {self._memory_bytes} bytes of memory were needed ({value}).")
        if kind == "error":
            raise value
        return cast(T, value)


def _require_importable(function: Callable[..., Any]) -> None:
    name = f"{function.__module__}.{function.__qualname__}"
    if function.__module__ == "__main__" or "<" in function.__qualname__:
        raise ValueError(f"expected a function at the top level of an importable module, found {name}")


def _converse(
    ours: Connection, job: tuple[Any, ...], on_progress: Callable[[str], None] | None, seconds: float | None
) -> tuple[str, Any] | None:
    """Hand over the job and listen until there is an outcome; None when the child fell silent."""
    end = None if seconds is None else time.monotonic() + seconds
    with suppress(EOFError, ConnectionError):
        ours.send(job)
    while True:
        try:
            if end is not None and not ours.poll(max(0.0, end - time.monotonic())):
                raise OutOfTime(f"It was not done after {seconds:g} seconds.")
            kind, value = ours.recv()
        except (EOFError, ConnectionError):
            return None
        if kind != "progress" or on_progress is None:
            return kind, value
        on_progress(
            value
        )  # out here: what a listener raises, whose own reader may be gone, is not the child's silence


def _cause_of_death(report: bytes, seconds: float) -> BoundedError:
    """Turn the zygote's report of how a child ended into an exception."""
    if not report:
        return Crashed("The process that starts children ended before the work was done.")
    ending = json.loads(report)
    number = -int(ending["exit_code"])
    if ending["overdue"] or number == signal.SIGXCPU:
        return OutOfTime(f"It was not done after {seconds:g} seconds.")
    if number > 0:
        return Crashed(f"The child process was ended by signal {number} ({signal.strsignal(number)}).")
    return Crashed(f"The child process ended with exit code {-number} and without a result.")


class _Zygote:
    """This process's end of its warm process."""

    def __init__(self) -> None:
        self.control, far_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with far_end:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "marking.media.zygote", str(far_end.fileno())],
                pass_fds=[far_end.fileno()],
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                # a Ctrl-C at the terminal is for the caller, whose end then ends this one
                start_new_session=True,
            )

    def close(self) -> None:
        self.control.close()
        self.process.wait()


# A child's arrays are of the same few sizes again and again. Handed back to the system, each is a mapping of its own, whose pages
# are faulted in and cleared anew (mallopt(3); 32 MiB is the most that it takes). What it has grows by much at once, in huge
# pages where the kernel gives them: a fault for each two megabytes (glibc's tunables; others ignore them).
_KEPT_HEAP = {
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 30),
    "MALLOC_TOP_PAD_": str(16 << 20),
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}


def _environment() -> dict[str, str]:
    """The caller's environment, its import path, one thread per numerical library, and a heap that keeps what it has."""
    path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)
    return {
        **os.environ,
        "PYTHONPATH": path,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        **_KEPT_HEAP,
    }


_zygote: _Zygote | None = None
_starting = threading.Lock()


def _place(order: bytes, descriptors: list[int]) -> None:
    """Send an order to the zygote, which is started, or replaced after it died, as needed."""
    zygote = _running_zygote()
    try:
        socket.send_fds(zygote.control, [order], descriptors)
    except OSError:
        _stop(zygote)
        socket.send_fds(_running_zygote().control, [order], descriptors)


def _running_zygote() -> _Zygote:
    global _zygote
    with _starting:
        if _zygote is None:
            _zygote = _Zygote()
        return _zygote


def _stop(dead: _Zygote | None = None) -> None:
    """End the zygote; ``dead`` restricts this to that one, which another thread may have replaced already."""
    global _zygote
    with _starting:
        if _zygote is not None and dead in (None, _zygote):
            _zygote.close()
            _zygote = None


def _forget() -> None:
    """In a forked process: let go of the zygote, which is the parent's."""
    global _zygote, _starting
    _starting = threading.Lock()
    if _zygote is not None:
        _zygote.control.close()
        _zygote.process.returncode = 0  # not this process's child: nothing to wait for
        _zygote = None


atexit.register(_stop)
os.register_at_fork(after_in_child=_forget)
