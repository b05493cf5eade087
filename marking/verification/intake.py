"""Taking a stranger's file: how large, how often, how many at once. Nothing is known about the sender but that."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from accounts.access.bodies import announced_bytes, drain
from accounts.access.senders import sender_of
from accounts.refusals import Refusal
from marking.media import Limits, Refused
from marking.verification.examine import examine
from marking.verification.places import Hands, Places, Turns
from marking.verification.receiving import NamelessFile, NamelessFileHandler, hurried
from marking.verification.report import Report
from marking.works.refusals import refusal_sentence

logger = logging.getLogger(__name__)

PER_MINUTE = 120
"""Files that one address may have checked in one minute: a whole batch, and some more."""
AT_ONCE = 2
"""Files that a machine examines at the same time for each of its web processes."""
PATIENCE_SECONDS = 5.0
"""How long a request waits for its turn before it is sent away."""
IN_HAND = 12
"""Requests with files that one web process receives, lets wait and examines. It has 16 threads: four stay for pages."""
ENVELOPE_BYTES = 1 << 20
"""Room in a request for what a form adds to the file."""

_turns = Turns()
_hands = Hands(IN_HAND)


class NotNow(Refusal):
    """A refusal that passes by itself, in ``retry_after`` seconds. ``headers`` go with its answer."""

    def __init__(self, code: str, sentence: str, *, status: int, retry_after: int) -> None:
        super().__init__(code, sentence, status=status)
        self.headers = {"Retry-After": str(retry_after)}


def examine_upload(request: HttpRequest) -> Report:
    """Examine the uploaded file and delete it. Raises `Refusal` with the answer's status."""
    file = uploaded_file(request)
    try:
        return examined(file, request)
    finally:
        file.close()


def examined(file: NamelessFile, request: HttpRequest) -> Report:
    """Examine a file that arrived with ``request``, at a place of its own. Raises `Refusal` with the answer's status."""
    try:
        with place(request):
            report = examine(Path(file.temporary_file_path()), file.name or "")
    except Refused as refused:
        raise Refusal(refused.code, sentence_of(refused), status=status_of(refused)) from refused
    logger.info("examined a file of %s bytes: %s", file.size, report.verdict.value)
    return report


def uploaded_file(request: HttpRequest) -> NamelessFile:
    """Return the file in the field ``file``, which lies on disk. The caller closes it, which deletes it.

    It counts as one that its sender has in hand until then. Raises `Refusal` with the status of its answer: 429 too often
    or too many at once, 503 too many altogether, 413 too large, 408 too slow, 400 unreadable or none.
    """
    with ExitStack() as held:
        held.enter_context(in_hand(request))
        count_request(request, now=time.time())
        require_size(request, Limits().bytes)
        *others, file = received(request).getlist("file") or [None]
        if others:
            for each in (*others, file):
                each.close()
            raise _several_files()
        if not isinstance(file, NamelessFile):
            raise no_file()
        file.on_close = held.pop_all().close
    return file


def received(request: HttpRequest) -> MultiValueDict[str, Any]:
    """Return the files of each field. Raises `Refusal` 408 for a sender who is too slow, 400 for what is unreadable."""
    request.upload_handlers = [NamelessFileHandler(request)]
    with hurried(request) as is_late:
        try:
            files = request.FILES
        except (MultiPartParserError, SuspiciousOperation, UnreadablePostError) as error:
            if is_late.is_set():
                raise _too_slow() from error
            raise Refusal("unreadable_upload", _unreadable(), status=400) from error
    if is_late.is_set():
        raise _too_slow()
    return files


@contextmanager
def in_hand(request: HttpRequest) -> Iterator[None]:
    """Count ``request`` among those of its sender that this process works on.

    Raises `NotNow`: 429 where the sender has too many, 503 where there are too many altogether.
    """
    sender = sender_of(request)
    if not _hands.take(sender):
        if _hands.held_by(sender):
            raise _too_many_at_once()
        raise busy()
    try:
        yield
    finally:
        _hands.give_back(sender)


@contextmanager
def place(request: HttpRequest | None = None) -> Iterator[None]:
    """Hold one of the machine's places, at most half of which one sender has. Raises `NotNow` (503) when none is free soon.

    Without a request the place counts for nobody.
    """
    sender = sender_of(request) if request is not None else ""
    with _turns.place(places(), sender, patience=PATIENCE_SECONDS) as is_taken:
        if not is_taken:
            raise busy()
        yield


def places() -> Places:
    """Return the places of this machine: `AT_ONCE` for each web process."""
    number = AT_ONCE * int(settings.ENVIRONMENT["YINJI_WEB_WORKERS"])
    return Places(settings.DATA / "places", number, share=max(1, number // 2))


def status_of(refused: Refused) -> int:
    """Return the HTTP status for a file that the media room refuses (RFC 9110 section 15.5)."""
    return {"unsupported_format": 415, "too_large": 413, "too_many_pixels": 413}.get(refused.code, 400)


def sentence_of(refused: Refused) -> str:
    """Return why a file is refused, in the reader's language; of what is no picture, that no label was found in it either."""
    if refused.code == "unsupported_format":
        return _(
            "This is not a PNG, JPEG, WebP, GIF, TIFF, AVIF or HEIC picture. In other files (films, sounds, documents) only the "
            "metadata label (AIGC) is looked for, and no label was found in this one, which proves nothing."
        )
    return refusal_sentence(refused.code, refused.details)


def no_file() -> Refusal:
    """Return the refusal of a request in which no whole file came."""
    return Refusal("no_file", _("No whole file arrived. Choose a picture and send it again."), status=400)


def _several_files() -> Refusal:
    sentence = _("Several files arrived in the field “file”. Send one file at a time.")
    return Refusal("several_files", sentence, status=400)


def require_size(request: HttpRequest, limit: int) -> None:
    """Refuse a body by its announced length, with the sentence that names how many bytes the files may have."""
    announced = announced_bytes(request)
    if announced > limit + ENVELOPE_BYTES:
        drain(request)
        raise Refusal(
            "too_large", sentence_of(Refused("too_large", found=announced, limit=limit)), status=413
        )


def count_request(request: HttpRequest, *, now: float) -> None:
    """Count one file for the sender of this request, and refuse it beyond `PER_MINUTE`.

    The address itself is not kept: its keyed hash is, for some minutes, in the cache.
    """
    minute, second = divmod(int(now), 60)
    key = f"verification:{minute}:{sender_of(request)}"
    cache.add(key, 0, timeout=120)
    try:
        count = cache.incr(key)
    except ValueError:  # the cache was cleared in between
        return
    if count > PER_MINUTE:
        raise _too_often(60 - second)


def _too_often(seconds: int) -> NotNow:
    sentence = _(
        "From one address, %(files)d files a minute can be checked. Try again in %(seconds)d seconds."
    )
    return NotNow(
        "too_many_requests",
        sentence % {"files": PER_MINUTE, "seconds": seconds},
        status=429,
        retry_after=seconds,
    )


def _too_many_at_once() -> NotNow:
    sentence = _(
        "Several files from your address are being checked right now. Please try again in a few seconds."
    )
    return NotNow("too_many_at_once", sentence, status=429, retry_after=2)


def busy() -> NotNow:
    """Return the refusal of a request for which there is no room now."""
    sentence = _("Many files are being checked right now. Please try again in a few seconds.")
    return NotNow("busy", sentence, status=503, retry_after=5)


def _too_slow() -> Refusal:
    sentence = _("The file took too long to arrive. Try again over a faster line, or with a smaller file.")
    return Refusal("too_slow", sentence, status=408)


def _unreadable() -> str:
    return _(
        "The upload could not be read: it was cut off, or the file's name is longer than about 1,000 bytes. "
        "Give the file a short name and try again."
    )
