"""Telling somebody what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection
from django.db.transaction import TransactionManagementError
from django.urls import reverse
from django.utils import timezone, translation

from accounts.notices.contents import seal_content
from accounts.notices.kinds import Kind, kind_of
from accounts.notices.models import Notice
from accounts.notices.outbox import write_mail
from accounts.notices.preferences import preferences_of, wants_mail
from accounts.notices.signals import notice_written
from accounts.users.models import User
from accounts.vault.sealing import is_erased

MAILED_WITHIN = timedelta(days=3)
"""How long the mail about a notice is tried; the notice itself stays in the inbox."""
MAIL_TEMPLATE = "notice"


def notify(
    *,
    user: User,
    kind: str,
    subject: str,
    params: Mapping[str, str],
    url_args: Sequence[str] = (),
    now: datetime | None = None,
) -> Notice:
    """Tell ``user`` of something, in the transaction of the change: inbox, and by their wish mail and webhooks.

    ``kind`` is the code of a registered kind, ``subject`` what it is about (``request:<uuid>``, ``work:<code>``),
    ``params`` the values of the placeholders in its sentence, ``url_args`` the parameters of its address.
    For an erased account nothing is written, and the notice that is answered is not saved.

    Raises :class:`~django.db.transaction.TransactionManagementError` outside a transaction, LookupError for a kind
    that is not registered, ValueError where a placeholder has no value, and
    :class:`~django.urls.NoReverseMatch` where its address wants other parameters.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError(
            "A notice is written in the transaction of its change; there is none."
        )
    now, what = now or timezone.now(), kind_of(kind)
    _check(what, params, url_args)
    notice = Notice(id=uuid4(), user=user, kind=what.code, subject=subject, created_at=now)
    if is_erased(user):
        return notice
    notice.content = seal_content(user, notice.id, params, url_args)
    notice.save(force_insert=True)
    _mail(notice, what, now)
    notice_written.send(sender=Notice, notice=notice, kind=what, params=params, now=now)
    return notice


def mark_all_read(*, by: User, up_to: Notice, now: datetime | None = None) -> int:
    """Mark as read the notices of ``by`` that are not newer than ``up_to``; count them. What came since stays unread."""
    unread = Notice.objects.filter(user=by, read_at__isnull=True, created_at__lte=up_to.created_at)
    return unread.update(read_at=now or timezone.now())


def _check(kind: Kind, params: Mapping[str, str], url_args: Sequence[str]) -> None:
    try:
        _ = str(kind.sentence) % params
    except KeyError as error:
        raise ValueError(f"expected a value for {error} in a notice of {kind.code}, found none") from error
    if kind.url_name:
        reverse(kind.url_name, args=url_args)


def _mail(notice: Notice, kind: Kind, now: datetime) -> None:
    preferences = preferences_of(notice.user)
    if not notice.user.is_active or not wants_mail(preferences, kind):
        return
    with translation.override(preferences.language):
        params = {"title": str(kind.title)}
    write_mail(
        address=notice.user.email,
        template=MAIL_TEMPLATE,
        params=params,
        language=preferences.language,
        not_after=now + MAILED_WITHIN,
        now=now,
        notice=notice,
    )
