"""Mail that is sent for certain, or given up for a reason: to any address, with or without an account.

A mail is a row, written in the transaction of what it tells of; the message to the worker is a wake-up, and the sweep
finds what a lost one left. A worker claims a mail before it sends it. Where it dies in between, the mail is tried
again once the claim has run out: it may arrive twice, under the same Message-ID, but it is not lost.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from celery import current_app
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import get_template
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.notices import sending
from accounts.notices.contents import address_of, seal_mail
from accounts.notices.models import Notice, OutgoingMail
from accounts.notices.states import SendingState, next_try
from accounts.refusals import Refusal
from accounts.vault.wrapped_key import Damaged

logger = logging.getLogger(__name__)

SEND_TASK = "accounts.notices.tasks.send_mail"
CLAIMED_FOR = timedelta(minutes=5)
"""Far longer than sending takes: a mail server answers each step within ``EMAIL_TIMEOUT`` or counts as away."""
ROWS_KEPT = timedelta(days=30)
"""How long it stays known that a mail ended, and how; to whom it went is erased at once."""


def write_mail(
    *,
    address: str,
    template: str,
    params: Mapping[str, str],
    language: str,
    not_after: datetime,
    now: datetime | None = None,
    notice: Notice | None = None,
) -> OutgoingMail:
    """Put a mail to ``address`` into the outbox, and wake the worker once the transaction is committed.

    ``template`` names ``templates/mail/<template>.subject.txt`` and ``.body.txt``, which are rendered in ``language``
    with ``params`` and ``site_url``. Each of the params becomes one line. It is tried until ``not_after``.
    Refused with ``email_invalid``; raises TemplateDoesNotExist for a template that is not there.
    """
    now = now or timezone.now()
    _refuse_invalid(address)
    for part in sending.PARTS:
        get_template(sending.template_name(template, part))
    mail = OutgoingMail(
        notice=notice, template=template, language=language, created_at=now, due_at=now, not_after=not_after
    )
    seal_mail(mail, address=address, params=params)
    mail.save(force_insert=True)
    # By name: the task's module stands above this one. Robust: the sweep sends what the queue did not take.
    transaction.on_commit(lambda: current_app.send_task(SEND_TASK, [str(mail.pk)]), robust=True)
    return mail


def send(pk: UUID, *, now: datetime | None = None) -> bool:
    """Send one mail if it is due; False where it was not sent. Safe to call twice, late or never."""
    try:
        return _send_due(pk, now or timezone.now())
    except sending.ServerAway:
        return False


def cancel(pk: UUID, *, now: datetime | None = None) -> bool:
    """Give a mail up that waits, and erase it; False where it has ended. One that a worker holds may still be sent."""
    waiting = OutgoingMail.objects.filter(pk=pk, state=SendingState.WAITING)
    return _end(waiting, SendingState.GIVEN_UP, now or timezone.now(), "cancelled")


def cancel_all_to(addresses: Collection[str], *, now: datetime) -> int:
    """Give up, and erase, every mail that waits for one of ``addresses``, whatever their case; count them.

    Opens each mail that waits. One that does not open is logged and left: it is given up when its time is over.
    """
    folded = {each.strip().casefold() for each in addresses}
    waiting = OutgoingMail.objects.filter(state=SendingState.WAITING)
    theirs = [mail.pk for mail in waiting.iterator(400) if _address_in(mail) in folded]
    return sum(cancel(pk, now=now) for pk in theirs)


def sweep(now: datetime, most: int) -> int:
    """Send the mails that are due, ``most`` at once, what waits longest first; count those that were sent.

    Where the server is away, the rest stay as they are for the next sweep. Mails whose time is over are given up.
    """
    give_up_late(now, most)
    forget_ended(now, most)
    due = OutgoingMail.objects.filter(state=SendingState.WAITING, due_at__lte=now).order_by("due_at", "pk")
    sent = 0
    for pk in list(due.values_list("pk", flat=True)[:most]):
        try:
            sent += _send_due(pk, now)
        except sending.ServerAway:
            break
    return sent


def give_up_late(now: datetime, most: int) -> int:
    """Give up the mails that are due and whose time is over, ``most`` at once; count them."""
    late = OutgoingMail.objects.filter(state=SendingState.WAITING, due_at__lte=now, not_after__lte=now)
    return sum(
        _end(_held(mail), SendingState.GIVEN_UP, now, mail.last_error or "late") for mail in list(late[:most])
    )


def forget_ended(now: datetime, most: int) -> int:
    """Delete the rows of mails that ended long ago, ``most`` at once; count them."""
    old = OutgoingMail.objects.exclude(state=SendingState.WAITING).filter(ended_at__lte=now - ROWS_KEPT)
    return OutgoingMail.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:most])).delete()[0]


def _send_due(pk: UUID, now: datetime) -> bool:
    mail = _claim(pk, now)
    if mail is None:
        return False
    try:
        sending.send(mail)
    except sending.Refused as error:
        logger.warning("mail %s is given up: %s", mail.pk, error.code)
        _end(_held(mail), SendingState.GIVEN_UP, now, error.code)
        return False
    except sending.PutOff as error:
        logger.warning("mail %s is put off: %s", mail.pk, error.code)
        _put_off(mail, now, error)
        return False
    return _end(_held(mail), SendingState.SENT, now, "")


def _claim(pk: UUID, now: datetime) -> OutgoingMail | None:
    """Claim a mail that is due and whose time is not over; None where there is none, or somebody else holds it."""
    due = OutgoingMail.objects.filter(pk=pk, state=SendingState.WAITING, due_at__lte=now, not_after__gt=now)
    if not due.update(due_at=now + CLAIMED_FOR):
        return None
    return OutgoingMail.objects.filter(pk=pk).first()


def _put_off(mail: OutgoingMail, now: datetime, error: sending.PutOff) -> None:
    failures = mail.failures + 1
    again = next_try(failures, now=now, not_after=mail.not_after)
    _held(mail).update(failures=failures, due_at=again, last_error=error.code)
    if isinstance(error, sending.ServerAway):
        raise error


def _end(mail: QuerySet[OutgoingMail], state: SendingState, now: datetime, error: str) -> bool:
    """End a mail, and erase whom and what it was for; False where it is not waiting any more."""
    erased = {"wrapped_key": None, "address": None, "params": None, "due_at": None}
    return bool(mail.update(state=state, ended_at=now, last_error=error, **erased))


def _held(mail: OutgoingMail) -> QuerySet[OutgoingMail]:
    # By the claim's end: where it ran out, somebody else has claimed the mail since.
    return OutgoingMail.objects.filter(pk=mail.pk, state=SendingState.WAITING, due_at=mail.due_at)


def _address_in(mail: OutgoingMail) -> str:
    try:
        return address_of(mail).strip().casefold()
    except Damaged:
        logger.exception("the address of %s does not open", mail)
        return ""


def _refuse_invalid(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise Refusal("email_invalid", _("This is not an e-mail address."), status=422) from error
