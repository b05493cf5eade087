"""A Celery broker that is a folder: ``spool://localhost``.

kombu's own ``filesystem`` transport opens a message under its final name and then writes it, so that a
reader can move it away half written: messages are lost and the worker dies (kombu issue 1551). Here a
message is written beside the spool and appears in it by one ``rename``, which is atomic on one
filesystem (POSIX rename(2)).
"""

from __future__ import annotations

import os
import time
import uuid
from queue import Empty
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

from accounts.folders import sole_writer


class Channel(filesystem.Channel):
    """The filesystem channel with an atomic put and an atomic get."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # kombu names it two ways
        # Wall-clock nanoseconds: the stock monotonic clock restarts at boot and disorders the queue.
        name = f"{time.time_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        unfinished = self.control_folder / f".{name}"
        try:
            unfinished.write_text(dumps(payload))
            os.rename(unfinished, os.path.join(self.data_folder_out, name))
        except OSError as error:
            raise ChannelError(f"Cannot add {name} to the spool: {error}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """Take the oldest message; of several readers the one whose rename succeeds has it."""
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = self.control_folder / f".taken-{name}"
            try:
                os.rename(os.path.join(self.data_folder_in, name), taken)
            except FileNotFoundError:
                continue
            message = taken.read_text()
            taken.unlink()
            return loads(message)
        raise Empty

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        """Bind ``queue``. The stock way makes the table an empty file first, which a second worker may read: it is replaced whole."""
        entry = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        file = self._exchange_file(exchange)
        self.control_folder.mkdir(exist_ok=True)
        with sole_writer(self.control_folder):
            table = self.get_table(exchange)
            if entry in table:
                return
            unfinished = file.with_name(f".{file.name}-{uuid.uuid4()}")
            unfinished.write_text(dumps([entry, *table]))
            os.replace(unfinished, file)


class Transport(filesystem.Transport):
    """The filesystem transport over :class:`Channel`."""

    Channel = Channel
    driver_type = "spool"
    driver_name = "spool"


def register() -> None:
    """Make ``spool://`` known to kombu. Safe to call twice."""
    TRANSPORT_ALIASES["spool"] = "config.broker:Transport"
