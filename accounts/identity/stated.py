"""Checking what people state of themselves, before anything is stored or asked. All is refused in the language of the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.identity import documents, wording
from accounts.identity.documents import Document, DocumentInvalid, DocumentType
from accounts.refusals import Refusal

LONGEST_REASON = 500


def checked(
    kind: DocumentType,
    name: str,
    number: str,
    now: datetime,
    birth_date: date | None,
    least_age: int = documents.GUARDIAN_AGE,
) -> tuple[str, Document]:
    """Name and document as they are kept. Refused with a code of :class:`~accounts.identity.documents.DocumentInvalid`, as all here."""
    today = timezone.localdate(now)
    with _complaining():
        name = documents.check_name(name)
        return name, documents.check(kind, number, today, stated_birth=birth_date, least_age=least_age)


def checked_name(name: str) -> str:
    """A name as it is kept."""
    with _complaining():
        return documents.check_name(name)


def checked_phone(phone: str) -> str:
    """A mobile number of mainland China as it is kept, eleven digits; empty where none was given."""
    with _complaining():
        return documents.check_phone(phone) if phone else ""


def refuse_child(born: date | None, now: datetime) -> None:
    """Refuse whoever may have no account of their own yet."""
    with _complaining():
        documents.check_age(born, timezone.localdate(now))


def checked_reason(reason: str) -> str:
    """A reason as the person reads it. Refused with ``reason_missing`` and ``reason_length``."""
    reason = reason.strip()
    if not reason:
        raise Refusal("reason_missing", _("Say why: the person concerned reads the reason."), status=422)
    if len(reason) > LONGEST_REASON:
        sentence = _("A reason has at most %(most)d characters; found %(found)d.")
        raise Refusal("reason_length", sentence % {"most": LONGEST_REASON, "found": len(reason)}, status=422)
    return reason


@contextmanager
def _complaining() -> Iterator[None]:
    """Say what is invalid in the language of the page."""
    try:
        yield
    except DocumentInvalid as error:
        raise Refusal(error.code, wording.complain(error), status=422) from error
