"""Taking a stranger's receipt: how large, how often. It stays in memory, and nothing of it is kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _

from accounts.access import limits
from accounts.refusals import Refusal
from consent.receipts import checking
from consent.receipts.checking import LARGEST, Checked

if TYPE_CHECKING:
    from django.http import HttpRequest

LARGEST_BODY = LARGEST + (64 << 10)
"""Bytes of a request: a receipt, and what a form adds to it."""
CHECKED_PER_HOUR = 300
"""Receipts that one address may have checked in one hour."""
HOUR = 3600
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SIGNED = re.compile(rb"eyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{86}\s*")
"""Two JSON objects and 64 bytes in base64url: a JWS with an Ed25519 signature."""


def checked(request: HttpRequest, *, now: float) -> Checked:
    """Check the receipt in the field ``file``, or that is the body. ``now``: Unix time. Raises `Refusal` with its answer's status."""
    _count(request, now)
    return checking.check(_received(request))


def looked_up(request: HttpRequest, sha256: str, *, now: float) -> Checked:
    """Return what the hash on a paper leads to. Refused with ``no_receipt`` (404) where this site issued none of it."""
    _count(request, now)
    found = checking.look_up(sha256) if _SHA256.fullmatch(sha256) else None
    if found is None:
        raise Refusal("no_receipt", _("This site issued no receipt with this hash."), status=404)
    return found


def is_receipt(data: bytes) -> bool:
    """Whether a file looks like a receipt of such a site, altered ones too: the JSON file, its PDF, or the signed text alone."""
    if len(data) > LARGEST:
        return False
    if data[:5] == b"%PDF-" or data.lstrip()[:1] == b"{":
        return b'"jws"' in data and b'"yinji-receipt-' in data
    return _SIGNED.fullmatch(data) is not None


def _count(request: HttpRequest, now: float) -> None:
    limits.count(request, purpose="receipts", most=CHECKED_PER_HOUR, seconds=HOUR, now=now)


def _received(request: HttpRequest) -> bytes:
    if request.content_type != "multipart/form-data":
        return _body(request)
    request.upload_handlers = [MemoryFileUploadHandler(request)]
    try:
        file = request.FILES.get("file")
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError) as error:
        raise _unreadable() from error
    if file is None:
        raise Refusal("no_file", _("No file arrived. Choose a receipt and send it again."), status=400)
    return bytes(file.read(LARGEST + 1))


def _body(request: HttpRequest) -> bytes:
    try:
        return bytes(request.read(LARGEST + 1))
    except UnreadablePostError as error:
        raise _unreadable() from error


def _unreadable() -> Refusal:
    return Refusal("unreadable_upload", _("The upload could not be read. Send it again."), status=400)
