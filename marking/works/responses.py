"""Answers that carry a stored file, or say that it is not given out any more."""

from __future__ import annotations

import errno
import logging
import math
import time
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from accounts.prepared import Prepared, columns, instances
from accounts.refusals import Refusal
from marking.works.gate import NotGivenOut, is_served
from marking.works.models import Work
from marking.works.states import WorkState

if TYPE_CHECKING:
    from django.core.files import File

logger = logging.getLogger(__name__)

PIECE = 1 << 16
"""Bytes that are read and sent at a time."""
LOOK_AGAIN = 0.25
"""Seconds of sending after which it is asked anew whether the work is still given out."""


class Missing(Refusal):
    """A file that should be in the storage is not. The operator finds in the log which."""

    def __init__(self) -> None:
        sentence = _(
            "This file cannot be found in the site's storage now. Its operator has been told. Try again later."
        )
        super().__init__("file_missing", sentence, status=503)


def opened(work: Work, name: str) -> File[bytes]:
    """Open a stored file of a released work. Raises :class:`Missing` where the storage does not have it, or does not answer."""
    try:
        return default_storage.open(name)
    except OSError as error:
        logger.error("a file of work %s cannot be opened: %s (%s)", work.code, name, type(error).__name__)
        raise Missing from error


def missing(request: HttpRequest) -> HttpResponse:
    """The page in place of a file that the storage does not have."""
    return render(request, "marking/works/file_missing.html", status=503, content_type="text/html")


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
    """Raise :class:`CutOff` unless work ``number`` is released, access to it on, and everybody in it allows that."""
    released = instances(Work, _RELEASED, number=number)
    if not released or not is_served(released[0]):
        raise CutOff


def _released(number: int) -> QuerySet[Work, tuple[object, ...]]:
    released = Work.objects.filter(pk=number, state=WorkState.RELEASED, blocked_at__isnull=True).order_by()
    return released.values_list(*columns(Work))


_RELEASED = Prepared(_released)


def gone(request: HttpRequest, refusal: NotGivenOut) -> HttpResponse:
    """The page in place of a file that is not given out any more. It names nobody."""
    return render(request, f"marking/works/{refusal.code}.html", status=410)


def sealed_off(response: HttpResponseBase) -> HttpResponseBase:
    """Keep a browser from ever treating what somebody uploaded as a page of this site."""
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
