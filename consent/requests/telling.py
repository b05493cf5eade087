"""Telling people of requests. The words name this site and nothing else: not who asks, nor for what.

The mail is one for both languages, since nobody knows which of them a stranger reads. It waits in the outbox while the mail server is away.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from accounts.notices.outbox import write_mail
from accounts.notices.services import notify
from accounts.users.models import User
from consent.contacts import opting_out
from consent.contacts.services import address_of
from consent.kinds import REQUEST_WAITS
from consent.requests.links import token_for
from consent.requests.models import Request


def tell_person(person: User, request: Request, *, now: datetime) -> None:
    """Tell an account that a request waits for it: in its inbox, and by mail to the address that was asked."""
    notify(
        user=person,
        kind=REQUEST_WAITS.code,
        subject=request.answer_subject,
        params={},
        url_args=[str(request.answer_reference)],
        now=now,
    )
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
    out = f"{settings.SITE_URL}{reverse('contacts:opt-out', args=[opting_out.token_for(request.contact)])}"
    address = address_of(request.contact)
    if address:
        write_mail(
            address=address,
            template=template,
            params={**params, "out_url": out, "site": urlsplit(settings.SITE_URL).netloc},
            language=settings.LANGUAGE_CODE,
            not_after=request.answer_by,
            now=now,
        )
