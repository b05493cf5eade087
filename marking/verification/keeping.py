"""Keeping a report for a while, only where somebody asks for it, behind an address that nobody can guess.

Nothing is stored when a report is made. Its page carries it, signed, in a form; who sends the form back has it stored.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from marking.verification.models import KeptReport
from marking.verification.report import Report
from marking.verification.restoring import kept_form, restored

KEPT_DAYS = 30
"""Days that a report is kept."""
OFFERED_SECONDS = 3600
"""Seconds after a check within which its report can be kept."""
TOKEN_BYTES = 16
"""Random bytes in the address of a kept report (RFC 4086 section 8.2.2: 128 bits)."""
SALT = "marking.verification.keeping"


@dataclass(frozen=True)
class Kept:
    """A kept report as it was at ``checked_at``, the English sentence that explained it, and until when it is kept."""

    report: Report
    explanation: str
    checked_at: datetime
    expires_at: datetime


def offer(report: Report, *, now: datetime) -> str:
    """Return ``report`` for the form that asks to keep it: signed with the time, compressed, without any picture.

    It names the address it will have, so that sending it twice leads to the same one.
    """
    offered = {
        "token": secrets.token_urlsafe(TOKEN_BYTES),
        "checked_at": now.isoformat(),
        "file": report.file,
        "report": kept_form(report),
    }
    return signing.Signer(salt=SALT).sign_object(offered, compress=True)


def keep(offered: str, *, with_name: bool, now: datetime) -> str:
    """Store what `offer` returned and return its token. The file's name is stored only ``with_name``.

    A report that is kept already stays as it is. Raises `Refusal`: 400 for what is not from here, 410 for what is
    older than `OFFERED_SECONDS`.
    """
    found = _opened(offered)
    checked_at = datetime.fromisoformat(found["checked_at"])
    if now - checked_at > timedelta(seconds=OFFERED_SECONDS):
        sentence = _("This result is older than an hour. Check the file again to keep what is found then.")
        raise Refusal("too_old", sentence, status=410)
    KeptReport.objects.get_or_create(
        token_sha256=_digest(found["token"]),
        defaults={
            "report": found["report"],
            "file": found["file"] if with_name else "",
            "checked_at": checked_at,
            "kept_at": now,
            "expires_at": now + timedelta(days=KEPT_DAYS),
        },
    )
    return str(found["token"])


def look_up(token: str, *, now: datetime) -> Kept | None:
    """Return what is kept under ``token``; None where that was never or is no longer so, and then it is deleted.

    None also for a report of another version, with codes that this one does not know.
    """
    row = KeptReport.objects.filter(token_sha256=_digest(token)).first()
    if row is None:
        return None
    if row.expires_at <= now:
        row.delete()
        return None
    try:
        report, explanation = restored(row.report, file=row.file), str(row.report["told"]["explanation"])
    except (KeyError, ValueError):
        return None
    return Kept(report, explanation, row.checked_at, row.expires_at)


def purge(*, now: datetime) -> int:
    """Delete the reports whose time is over, and return how many there were."""
    return KeptReport.objects.filter(expires_at__lte=now).delete()[0]


def _opened(offered: str) -> dict[str, Any]:
    try:
        return dict(signing.Signer(salt=SALT).unsign_object(offered))
    except signing.BadSignature as error:
        sentence = _("This is not a result of this site, or it was changed on the way. Check the file again.")
        raise Refusal("not_offered", sentence, status=400) from error


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
