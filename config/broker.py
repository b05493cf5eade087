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
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps


class Channel(filesystem.Channel):  # type: ignore[misc]  # kombu has no types
    """The filesystem channel with an atomic put."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        # Wall-clock nanoseconds: the stock monotonic clock restarts at boot and disorders the queue.
        name = f"{time.time_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        unfinished = self.control_folder / f".{name}"
        try:
            unfinished.write_bytes(str_to_bytes(dumps(payload)))
            os.rename(unfinished, os.path.join(self.data_folder_out, name))
        except OSError as error:
            raise ChannelError(f"Cannot add {name} to the spool: {error}") from error


class Transport(filesystem.Transport):  # type: ignore[misc]  # kombu has no types
    """The filesystem transport over :class:`Channel`."""

    Channel = Channel
    driver_type = "spool"
    driver_name = "spool"


def register() -> None:
    """Make ``spool://`` known to kombu. Safe to call twice."""
    TRANSPORT_ALIASES["spool"] = "config.broker:Transport"
