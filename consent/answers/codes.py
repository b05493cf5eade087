"""Six digits by mail: whoever reads the address that was asked can enter them, whether or not they have an account."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F

from consent import clock
from consent.answers.models import MOST_TRIES, MailedCode
from consent.answers.telling import mail_code, mail_lock
from consent.history.services import note
from consent.requests.models import Request

VALID_FOR = timedelta(minutes=15)
MOST_A_DAY = 5
"""Codes for one request in 24 hours: 25 guesses at a million numbers."""
DIGITS = 6


def send(request: Request, *, now: datetime) -> MailedCode | None:
    """Mail a new code to the address of ``request``; those before it count no more. None where there were enough today."""
    now = clock.now(now)
    code, salt = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}", uuid4()
    with transaction.atomic():
        Request.objects.select_for_update().get(pk=request.pk)
        if request.codes.filter(made_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
            return None
        made = MailedCode.objects.create(
            request=request, salt=salt, sha256=_digest(salt, code), made_at=now, ends_at=now + VALID_FOR
        )
        mail_code(request, code, minutes=VALID_FOR // timedelta(minutes=1), now=now)
    return made


def is_right(request: Request, code: str, *, now: datetime) -> bool:
    """Whether ``code`` is the newest that was mailed for ``request``. It is right once, and compared five times at most.

    Each comparison is counted by one UPDATE before it is made, so that guesses at the same moment are counted, too.
    """
    now = clock.now(now)
    newest = MailedCode.objects.filter(request=request).order_by("-pk").first()
    if newest is None or not _counted(newest, now):
        return False
    if hmac.compare_digest(_digest(newest.salt, code), bytes(newest.sha256)):
        return _used(newest, now)
    _shut(newest, request, now)
    return False


def _counted(code: MailedCode, now: datetime) -> bool:
    open_codes = MailedCode.objects.filter(pk=code.pk, tries__lt=MOST_TRIES, used_at__isnull=True)
    return bool(open_codes.filter(made_at__lte=now, ends_at__gt=now).update(tries=F("tries") + 1))


def _used(code: MailedCode, now: datetime) -> bool:
    return bool(MailedCode.objects.filter(pk=code.pk, used_at__isnull=True).update(used_at=now))


def _shut(code: MailedCode, request: Request, now: datetime) -> None:
    """Record a wrong guess; after the last, tell the person."""
    with transaction.atomic():
        note(request.answer_subject, "code_wrong", by=None, person=None, now=now)
        shut = MailedCode.objects.filter(pk=code.pk, tries=MOST_TRIES, shut_at__isnull=True)
        if shut.update(shut_at=now):
            mail_lock(request, now=now)


def _digest(salt: UUID, code: str) -> bytes:
    """HMAC-SHA-256 (RFC 2104) under a key for this purpose alone."""
    key = hmac.new(bytes.fromhex(settings.KEYS.blind_index_key), b"codes for requests", sha256).digest()
    return hmac.new(key, salt.bytes + code.encode(), sha256).digest()
