"""Mail to those who left an address: that a case was received, and that its answer can be read.

The words are neutral. They say neither what the case is about nor what was answered, nor anything that the sender of
the form could have chosen: whoever types somebody else's address into it sends them the number of a case, and no more.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marking.desk.cases.contents import contact_of
from marking.desk.cases.models import Case
from marking.desk.cases.validity import has_due

logger = logging.getLogger(__name__)

TRIED_AGAIN_AFTER = timedelta(minutes=5)
MOST_WAITED = timedelta(hours=6)
"""After each failure of a case's mails the next try waits twice as long, from the first time to the second."""
GIVEN_UP_AFTER = timedelta(days=3)
"""How long a mail is tried again while the mail server is away or puts it off."""

PERMANENT = range(500, 600)  # RFC 5321 section 4.2.1
NOT_SIGNED_IN = 530  # RFC 4954 section 6: about this site's settings, not about the address

_SUBJECTS: dict[str, Promise] = {
    "receipt": _("Case %(number)s has been received"),
    "answer": _("Case %(number)s has been answered"),
}


def mail_receipt(pk: int, *, now: datetime | None = None) -> bool:
    """Say to the complainant that case ``pk`` was received; False where nothing was sent. Safe to call twice."""
    return _mail_once(pk, "receipt", now or timezone.now())


def mail_answer(pk: int, *, now: datetime | None = None) -> bool:
    """Say to the complainant that the answer to case ``pk`` can be read; False where nothing was sent."""
    return _mail_once(pk, "answer", now or timezone.now())


def mail_what_is_left(*, now: datetime, most: int) -> int:
    """Try again what a mail server or a lost message left unsent, ``most`` of each, what waits longest first.

    Returns how many were sent. What failed waits by itself, so that no address holds up another's mail.
    """
    window = (now - GIVEN_UP_AFTER, now - TRIED_AGAIN_AFTER)
    receipts = Q(receipt_mailed_at__isnull=True, created_at__range=window)
    answers = Q(answer_mailed_at__isnull=True, answered_at__range=window)
    is_due = Q(mail_again_at__isnull=True) | Q(mail_again_at__lte=now)
    sent = 0
    for left, mail in ((receipts, mail_receipt), (answers, mail_answer)):
        unsent = Case.objects.filter(left, is_due, contact__isnull=False, mail_refused_at__isnull=True)
        ordered = unsent.order_by(Coalesce("mail_again_at", "created_at"), "number")
        sent += sum(mail(pk, now=now) for pk in list(ordered.values_list("pk", flat=True)[:most]))
    return sent


def _mail_once(pk: int, which: str, now: datetime) -> bool:
    """Claim the mail, then send it: a worker that dies in between loses a mail, and none is sent twice."""
    column = f"{which}_mailed_at"
    unsent = Case.objects.filter(pk=pk, contact__isnull=False, mail_refused_at__isnull=True, **{column: None})
    if not unsent.update(**{column: now}):
        return False
    case = Case.objects.get(pk=pk)
    try:
        with _released_on_failure(case, column, now):
            _send(case, which, contact_of(case))
    except (OSError, UnicodeError) as error:  # every smtplib.SMTPException is an OSError
        logger.warning("the %s of case %s was not mailed: %s", which, case.code, type(error).__name__)
        return False
    return True


@contextmanager
def _released_on_failure(case: Case, column: str, now: datetime) -> Iterator[None]:
    """Give the claim up, whatever went wrong, and put the next try off or, for good reasons, aside."""
    try:
        yield
    except BaseException as error:
        waited = min(TRIED_AGAIN_AFTER * 2 ** min(case.mail_failures, 16), MOST_WAITED)
        # By the time of the claim: where the address was corrected meanwhile, the failure was the old one's.
        Case.objects.filter(pk=case.pk, **{column: now}).update(
            mail_failures=F("mail_failures") + 1,
            mail_again_at=now + waited,
            mail_refused_at=now if _is_permanent(error) else None,
            **{column: None},
        )
        raise


def _is_permanent(error: BaseException) -> bool:
    """Whether the same mail to the same address can only fail again: it cannot be written, or was refused for good."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code in PERMANENT and code != NOT_SIGNED_IN for code, _said in error.recipients.values())
    return isinstance(error, UnicodeError)


def _send(case: Case, which: str, address: str) -> None:
    if not address:  # erased since
        return
    with translation.override(case.language):
        url = f"{settings.SITE_URL}{reverse('complaints:status', args=[case.code])}"
        context = {"case": case, "url": url, "has_due": has_due(case)}
        text = render_to_string(f"marking/desk/mail/{which}.txt", context)
        subject = f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{_SUBJECTS[which] % {'number': case.code}}"
    send_mail(subject, text.strip() + "\n", None, [address])
