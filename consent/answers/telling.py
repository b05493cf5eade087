"""Mail of this room. Neutral: it names nobody, and says nothing of what is asked."""

from __future__ import annotations

import logging
import smtplib
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext

from consent.contacts.services import address_of

if TYPE_CHECKING:
    from consent.requests.models import Request

logger = logging.getLogger(__name__)


def mail_code(request: Request, code: str, *, minutes: int) -> None:
    """Send the six digits to the address that the request asks, once the transaction is through."""
    subject = gettext("Your code: %(code)s") % {"code": code}
    _to_person(request, subject, "consent/answers/mail/code.txt", {"code": code, "minutes": minutes})


def mail_lock(request: Request) -> None:
    """Say to the person, and to nobody else, that a code of theirs was guessed at and is shut."""
    subject = gettext("A code of yours was entered wrongly five times")
    _to_person(request, subject, "consent/answers/mail/lock.txt", {})


def tell_requester(request: Request) -> None:
    """Say to the requester that there is something to see: called only for what they may see."""
    address = request.requester.email
    subject = gettext("One of your requests was answered")
    body = render_to_string("consent/answers/mail/answered.txt", {"site": settings.SITE_URL})
    transaction.on_commit(lambda: _send(address, subject, body))


def _to_person(request: Request, subject: str, template: str, context: dict[str, object]) -> None:
    address = address_of(request.contact)
    body = render_to_string(template, {"site": settings.SITE_URL, **context})
    if address:
        transaction.on_commit(lambda: _send(address, subject, body))


def _send(address: str, subject: str, body: str) -> None:
    try:
        send_mail(f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}", body, None, [address])
    except (smtplib.SMTPException, OSError) as error:
        logger.warning("a mail about a request could not be sent: %s", type(error).__name__)
