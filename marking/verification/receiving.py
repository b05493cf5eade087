"""Receiving a file of which nothing stays: it has no name, and it takes no longer than a slow line needs."""

from __future__ import annotations

import os
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpRequest

from accounts.access.bodies import announced_bytes

FIRST_SECONDS = 20.0
"""How long any body may take to arrive."""
SLOWEST_LINE = 128 << 10
"""Bytes a second: a larger body gets the time that it takes over this line (1 Mbit/s) on top."""


class NamelessFile(TemporaryUploadedFile):
    """An upload on disk without a name in any folder: the kernel frees it with the last process that has it open.

    So nothing of it is left when the process is killed (open(2), O_TMPFILE). Its path leads through ``/proc`` and opens for
    processes of the same user while the file is open here. ``on_close``: called once, when the file is closed.
    """

    def __init__(
        self, name: str | None, content_type: str | None, size: int, charset: str | None, extra: Any = None
    ) -> None:
        file = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115  # closed by its owner
        UploadedFile.__init__(self, file, name, content_type, size, charset, extra)
        self.on_close: Callable[[], None] | None = None

    def temporary_file_path(self) -> str:
        """Return where processes of the same user can open the file."""
        return f"/proc/{os.getpid()}/fd/{self.fileno()}"

    def close(self) -> None:
        """Close the file, which deletes it."""
        super().close()
        on_close, self.on_close = self.on_close, None
        if on_close is not None:
            on_close()


class NamelessFileHandler(TemporaryFileUploadHandler):
    """Writes each file of a multipart body into a `NamelessFile` as it arrives."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Open the file that the next bytes go into."""
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.file = NamelessFile(self.file_name, self.content_type, 0, self.charset, self.content_type_extra)

    def upload_interrupted(self) -> None:
        """Let go of a file that was cut off."""
        if hasattr(self, "file"):
            self.file.close()


@contextmanager
def hurried(request: HttpRequest) -> Iterator[threading.Event]:
    """Stop listening to a sender who is slower than `SLOWEST_LINE`; the event tells whether that happened.

    What is being read then ends early. Needs gunicorn, which hands its socket over; elsewhere nobody is cut off.
    """
    connection, is_late = request.META.get("gunicorn.socket"), threading.Event()
    if connection is None:
        yield is_late
        return
    timer = threading.Timer(allowed_seconds(request), _stop_listening, (connection, is_late))
    timer.daemon = True
    timer.start()
    try:
        yield is_late
    finally:
        timer.cancel()


def allowed_seconds(request: HttpRequest) -> float:
    """Return how long the body of ``request`` may take to arrive, from the length that it announces."""
    return FIRST_SECONDS + announced_bytes(request) / SLOWEST_LINE


def _stop_listening(connection: socket.socket, is_late: threading.Event) -> None:
    is_late.set()
    with suppress(OSError):  # the sender is gone
        connection.shutdown(socket.SHUT_RD)
