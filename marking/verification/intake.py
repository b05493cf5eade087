"""Taking a stranger's file: how large, how often, how many at once. Nothing is known about the sender but that."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.access.bodies import announced_bytes, drain
from accounts.refusals import Refusal
from marking.media import Limits, Refused
from marking.verification.examine import examine
from marking.verification.report import Report
from marking.works.refusals import refusal_sentence

logger = logging.getLogger(__name__)

PER_MINUTE = 60
"""Files that one address may have checked in one minute."""
AT_ONCE = 2
"""Files that one process examines at the same time."""
PATIENCE_SECONDS = 5.0
"""How long a request waits for its turn before it is sent away."""
ENVELOPE_BYTES = 1 << 20
"""Room in a request for what a form adds to the file."""

_places = threading.BoundedSemaphore(AT_ONCE)


class NotNow(Refusal):
    """A refusal that passes by itself, in ``retry_after`` seconds. ``headers`` go with its answer."""

    def __init__(self, code: str, sentence: str, *, status: int, retry_after: int) -> None:
        super().__init__(code, sentence, status=status)
        self.headers = {"Retry-After": str(retry_after)}


def examine_upload(request: HttpRequest) -> Report:
    """Examine the uploaded file and delete it. Raises `Refusal` with the answer's status."""
    file = uploaded_file(request)
    try:
        with place():
            report = examine(Path(file.temporary_file_path()), file.name or "")
    except Refused as refused:
        raise Refusal(refused.code, sentence_of(refused), status=status_of(refused)) from refused
    finally:
        file.close()
    logger.info("examined a file of %s bytes: %s", file.size, report.verdict.value)
    return report


def uploaded_file(request: HttpRequest) -> TemporaryUploadedFile:
    """Return the file in the field ``file``, which lies on disk. The caller closes it, which deletes it.

    Raises `Refusal` with the status of its answer: 429 too often, 413 too large, 400 unreadable or none.
    """
    count_request(request, now=time.time())
    _require_size(request)
    try:
        file = request.FILES.get("file")
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError) as error:
        raise Refusal("unreadable_upload", _unreadable(), status=400) from error
    if not isinstance(file, TemporaryUploadedFile):
        raise Refusal("no_file", _("No whole file arrived. Choose a picture and send it again."), status=400)
    return file


@contextmanager
def place() -> Iterator[None]:
    """Hold one of the process's `AT_ONCE` places. Raises `NotNow` (503) when none is free soon."""
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        sentence = _("Many files are being checked right now. Please try again in a few seconds.")
        raise NotNow("busy", sentence, status=503, retry_after=5)
    try:
        yield
    finally:
        _places.release()


def status_of(refused: Refused) -> int:
    """Return the HTTP status for a file that the media room refuses (RFC 9110 section 15.5)."""
    return {"unsupported_format": 415, "too_large": 413, "too_many_pixels": 413}.get(refused.code, 400)


def sentence_of(refused: Refused) -> str:
    """Return why a file is refused, in the reader's language."""
    return refusal_sentence(refused.code, refused.details)


def _unreadable() -> str:
    return _(
        "The upload could not be read: it was cut off, or the file's name is longer than about 1,000 bytes. "
        "Give the file a short name and try again."
    )


def _require_size(request: HttpRequest) -> None:
    """Refuse a body by its announced length, with the sentence that names what a file may have."""
    announced, limit = announced_bytes(request), Limits().bytes
    if announced > limit + ENVELOPE_BYTES:
        drain(request)
        raise Refusal(
            "too_large", sentence_of(Refused("too_large", found=announced, limit=limit)), status=413
        )


def count_request(request: HttpRequest, *, now: float) -> None:
    """Count this request for its address, and refuse it beyond `PER_MINUTE`.

    The address itself is not kept: its keyed hash is, for some minutes, in the cache.
    """
    minute, second = divmod(int(now), 60)
    keyed = salted_hmac("marking.verification.intake", _address(request), algorithm="sha256").hexdigest()
    key = f"verification:{minute}:{keyed}"
    cache.add(key, 0, timeout=120)
    try:
        count = cache.incr(key)
    except ValueError:  # the cache was cleared in between
        return
    if count > PER_MINUTE:
        seconds = 60 - second
        sentence = _(
            "From one address, %(files)d files a minute can be checked. Try again in %(seconds)d seconds."
        )
        raise NotNow(
            "too_many_requests",
            sentence % {"files": PER_MINUTE, "seconds": seconds},
            status=429,
            retry_after=seconds,
        )


def _address(request: HttpRequest) -> str:
    """Return the sender's address, behind as many proxies as ``ALLAUTH_TRUSTED_PROXY_COUNT`` says."""
    try:
        return str(get_adapter().get_client_ip(request))
    except ImproperlyConfigured:  # it came past the proxies
        return str(request.META.get("REMOTE_ADDR", ""))
