"""Mail and notices of this room. Neutral: they name nobody, and say nothing of what is asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import get_language

from accounts.notices.outbox import write_mail
from accounts.notices.services import notify
from consent.contacts.services import address_of
from consent.kinds import REQUEST_ANSWERED

if TYPE_CHECKING:
    from consent.requests.models import Request

TOLD_WITHIN = timedelta(days=3)


def mail_code(request: Request, code: str, *, minutes: int, now: datetime | None = None) -> None:
    """Send the six digits to the address that the request asks; given up once they are of no use."""
    now = now or timezone.now()
    params = {"code": code, "minutes": str(minutes)}
    _to_person(request, "request_code", params, now, now + timedelta(minutes=minutes))


def mail_lock(request: Request, *, now: datetime | None = None) -> None:
    """Say to the person, and to nobody else, that a code of theirs was guessed at and is shut."""
    now = now or timezone.now()
    _to_person(request, "request_code_shut", {}, now, now + TOLD_WITHIN)


def tell_requester(request: Request, *, now: datetime | None = None) -> None:
    """Say to the requester that there is something to see: called only for what they may see."""
    notify(
        user=request.requester,
        kind=REQUEST_ANSWERED.code,
        subject=request.log_subject,
        params={},
        url_args=[str(request.reference)],
        now=now,
    )


def _to_person(
    request: Request, template: str, params: dict[str, str], now: datetime, not_after: datetime
) -> None:
    address = address_of(request.contact)
    if address:
        language = get_language() or "en"
        write_mail(
            address=address, template=template, params=params, language=language, not_after=not_after, now=now
        )
