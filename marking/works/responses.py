"""Answers that carry a stored file, or say that it is not given out any more."""

from __future__ import annotations

import errno
import math
import time
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header

from marking.works.models import Work
from marking.works.states import WorkState

if TYPE_CHECKING:
    from django.core.files import File

PIECE = 1 << 16
"""Bytes that are read and sent at a time."""
LOOK_AGAIN = 0.25
"""Seconds of sending after which it is asked anew whether the work is still given out."""


class CutOff(ConnectionResetError):
    """What is being sent may not be sent any more: the connection is closed, so that nobody takes the piece for the whole."""

    def __init__(self) -> None:
        super().__init__(errno.ECONNRESET, "the work is not given out any more")


def served(
    work: Work, file: File[bytes] | IO[bytes], *, content_type: str, filename: str = ""
) -> StreamingHttpResponse:
    """Send a stored file of a released work, for as long as the work is released.

    ``filename``: under which it is saved; empty where it is shown.
    """
    headers = {"Content-Length": str(file.size)} if hasattr(file, "size") else {}
    if filename and (disposition := content_disposition_header(True, filename)):
        headers["Content-Disposition"] = disposition
    return StreamingHttpResponse(_Pieces(work.pk, file), content_type=content_type, headers=headers)


class _Pieces:
    """A stored file in pieces, for as long as its work is released. The response closes it."""

    def __init__(self, number: int, file: File[bytes] | IO[bytes]) -> None:
        self._number, self._file = number, file

    def __iter__(self) -> Iterator[bytes]:
        asked_at = -math.inf
        while piece := self._file.read(PIECE):
            if time.monotonic() - asked_at > LOOK_AGAIN:
                require_released(self._number)
                asked_at = time.monotonic()
            yield piece

    def close(self) -> None:
        self._file.close()


def require_released(number: int) -> None:
    """Raise :class:`CutOff` unless work ``number`` is released."""
    if not Work.objects.filter(pk=number, state=WorkState.RELEASED).exists():
        raise CutOff


def gone(request: HttpRequest) -> HttpResponse:
    """The page in place of a file that is dark for want of consent. It names nobody."""
    return render(request, "marking/works/consent_ended.html", status=410)


def sealed_off(response: HttpResponseBase) -> HttpResponseBase:
    """Keep a browser from ever treating what somebody uploaded as a page of this site."""
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
