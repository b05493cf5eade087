"""RFC 3161 time stamps over checkpoints: somebody outside swears that the log had this root at that time.

A stamp is over the signed text of a checkpoint, without signatures. It costs one request a day, needs no partner who keeps
a state, and finds a log that was rewritten after it; a split view it does not find: that takes witnesses.
"""

from __future__ import annotations

import http.client
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache as remembered
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone
from rfc3161_client import (
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from accounts.records.models import Checkpoint, Shard, Stamp

logger = logging.getLogger(__name__)

EVERY = timedelta(days=1)
TIMEOUT = 10.0
PAUSE = 600
"""Seconds that an authority which did not answer is left alone."""
LARGEST_ANSWER = 64 * 1024
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
_PAUSED = "stamping-pause"


class Unstamped(Exception):
    """The authority could not be reached, or answered with something else than a stamp that its roots vouch for."""


@dataclass(frozen=True)
class Stamped:
    """The newest stamp that verifies: over how many records, and when the authority says it was."""

    size: int
    at: datetime


def text_of(checkpoint: Checkpoint) -> bytes:
    """What is stamped: the lines of a checkpoint that the log signs, with their last newline."""
    return (checkpoint.note.partition("\n\n")[0] + "\n").encode()


def stamp_daily(*, now: datetime | None = None) -> Stamp | None:
    """Have the newest checkpoint stamped where a day passed since the last stamp, and before it the last one of a frozen shard.

    Safe to run twice, late or never.
    """
    if not settings.ENVIRONMENT["YINJI_LOG_TIMESTAMP_URL"] or cache.get(_PAUSED):
        return None
    due = _due(now or timezone.now())
    if due is None:
        return None
    try:
        return stamp(due)
    except Unstamped as reason:
        logger.warning("the log was not timestamped: %s", reason)
        cache.set(_PAUSED, True, PAUSE)
        return None


def _due(now: datetime) -> Checkpoint | None:
    """What is to be stamped next. A tree that grows no more is stamped whole, once there are stamps at all."""
    newest = Checkpoint.objects.order_by("-size").first()
    last = Stamp.objects.order_by("-checkpoint_id").first()
    if newest is None or last is None:
        return newest
    whole = Checkpoint.objects.filter(size__in=Shard.objects.values("last"), size__gt=last.checkpoint_id)
    if (frozen := whole.order_by("size").first()) is not None:
        return frozen
    return None if last.checkpoint_id == newest.size or now < last.at + EVERY else newest


def stamp(checkpoint: Checkpoint) -> Stamp:
    """Ask the authority for a stamp over ``checkpoint``, check it and keep it. Raises :class:`Unstamped`."""
    request = TimestampRequestBuilder().data(text_of(checkpoint)).build()
    reply = _posted(settings.ENVIRONMENT["YINJI_LOG_TIMESTAMP_URL"], request.as_bytes())
    at = checked(reply, checkpoint, nonce=request.nonce)
    try:
        with transaction.atomic():
            return Stamp.objects.create(checkpoint=checkpoint, reply=reply, at=at)
    except IntegrityError:  # another process asked at the same time
        return Stamp.objects.get(checkpoint=checkpoint)


def checked(reply: bytes, checkpoint: Checkpoint, *, nonce: int | None = None) -> datetime:
    """When ``reply`` says that ``checkpoint`` was there. Raises :class:`Unstamped` unless the configured roots vouch for it."""
    try:
        response = decode_timestamp_response(reply)
        builder = VerifierBuilder(roots=list(_roots()), nonce=nonce)
        for certificate in _sent_along(response):
            builder = builder.add_intermediate_certificate(certificate)
        builder.build().verify_message(response, text_of(checkpoint))
        return response.tst_info.gen_time
    except (VerificationError, ValueError, TypeError) as error:
        raise Unstamped(str(error) or type(error).__name__) from error


def stamped() -> Stamped | None:
    """The newest stamp whose signature and text still verify; None where there is none."""
    for each in Stamp.objects.select_related("checkpoint").order_by("-checkpoint_id"):
        try:
            return Stamped(each.checkpoint_id, checked(bytes(each.reply), each.checkpoint))
        except Unstamped:
            continue  # said by ``records verify``
    return None


def _sent_along(response: TimeStampResponse) -> list[x509.Certificate]:
    """The certificates in a reply that are neither roots nor the signer's own: the way from one to the other."""
    found = [x509.load_der_x509_certificate(each) for each in response.signed_data.certificates]
    return [each for each in found if each.issuer != each.subject and _may_sign_others(each)]


def _may_sign_others(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False


def _roots() -> tuple[x509.Certificate, ...]:
    return _read_roots(settings.ENVIRONMENT["YINJI_LOG_TIMESTAMP_ROOTS"])


@remembered
def _read_roots(pem: str) -> tuple[x509.Certificate, ...]:
    return tuple(x509.load_pem_x509_certificates(pem.encode())) if pem else ()


def _posted(url: str, body: bytes) -> bytes:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body, {"Content-Type": QUERY, "Accept": REPLY})
        response = connection.getresponse()
        content = response.read(LARGEST_ANSWER)
    except (OSError, http.client.HTTPException) as error:
        raise Unstamped(str(error) or type(error).__name__) from error
    finally:
        connection.close()
    if response.status != 200:
        raise Unstamped(f"status {response.status}")
    return content
