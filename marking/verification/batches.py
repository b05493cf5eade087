"""Many files in one request: each examined by itself, one after another, and none kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from marking.verification import intake
from marking.verification.receiving import NamelessFile
from marking.verification.report import Report

MOST_FILES = 100
"""Files in one request."""
BATCH_BYTES = 256 << 20
"""Bytes of all files of one request together."""
SECONDS = 240.0
"""How long one request is worked on: files that are not reached by then are answered as too much for now."""


class Batch:
    """The files of the field ``files``, on disk until they are examined or :meth:`close` is called.

    All of them together count as one request that their sender has in hand. Raises `Refusal` as `intake.uploaded_file`
    does, and for more than `MOST_FILES`.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        with ExitStack() as held:
            held.enter_context(intake.in_hand(request))
            intake.require_size(request, BATCH_BYTES)
            self._files = _received(request)
            for file in self._files:
                held.callback(file.close)
            self._held = held.pop_all()

    def outcomes(self) -> Iterator[tuple[str, Report | Refusal]]:
        """Yield each file's name and report, or why there is none, in the order in which the files came."""
        end = time.monotonic() + SECONDS
        for file in self._files:
            with closing(file):
                yield file.name or "", self._outcome(file, is_late=time.monotonic() > end)

    def close(self) -> None:
        """Delete what is left of the files, and let the sender's next request in."""
        self._held.close()

    def _outcome(self, file: NamelessFile, *, is_late: bool) -> Report | Refusal:
        try:
            intake.count_request(self._request, now=time.time())
            if is_late:
                raise intake.busy()
            return intake.examined(file, self._request)
        except Refusal as refusal:
            return refusal


def _received(request: HttpRequest) -> list[NamelessFile]:
    files = [each for each in intake.received(request).getlist("files") if isinstance(each, NamelessFile)]
    if not files:
        raise intake.no_file()
    if len(files) > MOST_FILES:
        sentence = _("At most %(limit)d files are examined at once; %(found)d were sent.")
        raise Refusal("too_many_files", sentence % {"limit": MOST_FILES, "found": len(files)}, status=413)
    return files
