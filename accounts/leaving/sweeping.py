"""Keeping the promise: accounts are erased on the day that was named, unless proceedings need them."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.leaving.kinds import POSTPONED
from accounts.notices.services import notify
from accounts.records import log
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.retention.holds import held_subjects, keeps_key
from accounts.users.erasure import RETENTION, erase_account
from accounts.users.models import User
from accounts.users.promise import promised_at
from accounts.vault.sealing import Damaged

logger = logging.getLogger(__name__)
POSTPONED_KIND = "account.erasure_postponed"
MOST_AT_ONCE = 100


def sweep(*, now: datetime | None = None) -> int:
    """Erase the accounts that are due, at most :data:`MOST_AT_ONCE`; return how many. Those that are held are passed over: they are told once, and
    erased when the hold is lifted.

    Safe to run twice, late or never.
    """
    now = now or timezone.now()
    due = User.objects.filter(
        deletion_requested_at__lte=now - RETENTION, person_key__destroyed_at__isnull=True
    )
    held, erased = held_subjects(now), 0
    for user in due.order_by("deletion_requested_at", "pk"):
        if keeps_key(held, user):
            _postpone(user, now)
        elif erased < MOST_AT_ONCE:
            erased += _erase(user, now)
    return erased


def _erase(user: User, now: datetime) -> bool:
    try:
        erase_account(by=None, user=user, now=now)
    except Refusal as refusal:
        if refusal.code != "held":
            raise
        _postpone(user, now)  # somebody set a hold since
        return False
    except (Damaged, IntegrityError):  # of one account; the others' go on
        logger.exception("account %s cannot be erased", user.producer_id)
        return False
    logger.info("account %s was erased", user.producer_id)
    return True


def _postpone(user: User, now: datetime) -> None:
    """Tell the person, once for each request, that the law keeps what proceedings need, and until when."""
    subject, requested = f"user:{user.producer_id}", user.deletion_requested_at or now
    told = Record.objects.filter(kind=POSTPONED_KIND, subject=subject, at__gte=requested)
    if told.exists():
        return
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if told.exists():
            return
        body = {"promised": promised_at(requested).isoformat()}
        log.append(kind=POSTPONED_KIND, subject=subject, body=body, by=None, person=user, now=now)
        notify(user=user, kind=POSTPONED.code, subject=subject, params={}, now=now)
