"""The child process in which one upload is examined: it is decoded there once, for all that is asked of it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self, TypeVar

from marking.media import Child, Crashed, OutOfMemory, OutOfTime
from marking.verification.collecting.specimen import Specimen

T = TypeVar("T")

SECONDS = 75.0
"""Wall clock of a child for all that it does, however long it waits to be asked; each job has its own limit, 65 seconds together."""
MEMORY_BYTES = 3 << 29
"""Address space of the child on top of the interpreter's."""

_MODULES = (
    "marking.verification.collecting.collectors",
    "marking.verification.side_by_side",
    "marking.verification.parts",
)
"""What is run there, by names: these modules import this one."""


class Quarantine:
    """The process in which ``specimen`` is taken apart, started when it is first needed. It ends with the ``with`` block.

    A child that died is replaced by a new one, which reads the file again.
    """

    def __init__(self, specimen: Specimen, *, memory_bytes: int = MEMORY_BYTES) -> None:
        self.specimen = specimen
        self._memory_bytes = memory_bytes
        self._child: Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def call(
        self,
        function: Callable[..., T],
        /,
        *args: Any,
        seconds: float,
        on_progress: Callable[[str], None] | None = None,
    ) -> T:
        """Return ``function(specimen, *args)``, with a report before them where ``on_progress`` is given. Raises as `run_bounded` does.

        What dies of a crash or of its memory after other work is done over by a process that did none: whatever went before
        may have left it in a bad way. What reports is not: some of it is done.
        """
        is_fresh = self._child is None
        if self._child is None:
            self._child = Child((self.specimen,), _MODULES, seconds=SECONDS, memory_bytes=self._memory_bytes)
        try:
            return self._child.call(function, *args, seconds=seconds, on_progress=on_progress)
        except OutOfTime:
            self._end()
            raise
        except (Crashed, OutOfMemory):
            self._end()
            if is_fresh or on_progress is not None:
                raise
        return self.call(function, *args, seconds=seconds)

    def _end(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None
