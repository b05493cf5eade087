"""Telling people of requests. The words name this site and nothing else: not who asks, nor for what.

The mail is one for both languages, since nobody knows which of them a stranger reads.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.users.models import User
from consent.contacts import opting_out
from consent.contacts.services import address_of
from consent.requests.links import token_for
from consent.requests.models import Request

logger = logging.getLogger(__name__)


def tell_person(person: User, request: Request, *, now: datetime) -> None:
    """Tell an account that a request waits for it."""
    _write(request, "request_waits", {"url": link_to(request)}, now)


def remind_person(person: User, request: Request, *, now: datetime) -> None:
    """Remind an account of a request that waits for it."""
    _write(request, "request_still_waits", {"url": link_to(request)}, now)


def tell_stranger(request: Request, *, now: datetime) -> None:
    """Write the one neutral mail to an address without an account, with the way out of all further ones."""
    _write(request, "somebody_asks", {"url": link_to(request)}, now)


def link_to(request: Request) -> str:
    """The whole address that the mail leads to. It only addresses the request."""
    return f"{settings.SITE_URL}/c/{token_for(request)}/"


def _write(request: Request, template: str, params: Mapping[str, str], now: datetime) -> None:
    """Send a mail once the transaction is committed. A mail server that is away loses it: the outbox will keep it."""
    address = address_of(request.contact)
    out = f"{settings.SITE_URL}{reverse('contacts:opt-out', args=[opting_out.token_for(request.contact)])}"
    context = {**params, "out_url": out, "site": urlsplit(settings.SITE_URL).netloc}
    subject = render_to_string(f"mail/{template}.subject.txt", context).strip()
    text = render_to_string(f"mail/{template}.body.txt", context).strip() + "\n"
    transaction.on_commit(lambda: _send(address, subject, text))


def _send(address: str, subject: str, text: str) -> None:
    try:
        send_mail(f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}", text, None, [address])
    except (OSError, UnicodeError) as error:  # every smtplib.SMTPException is an OSError
        logger.warning("a mail about a request was not sent: %s", type(error).__name__)
