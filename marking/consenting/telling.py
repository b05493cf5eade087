"""Telling those who were handed a file that the consent to it ended. Never who ended it, and never why."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.notices.kinds import Kind
from accounts.notices.models import Notice
from accounts.notices.outbox import write_mail
from accounts.notices.preferences import preferences_of
from accounts.notices.services import notify
from marking.works.gate import subject_of
from marking.works.queries import downloaders_of

if TYPE_CHECKING:
    from marking.works.models import Work

CONSENT_ENDED = Kind(
    "work.consent_ended",
    _("Consent ended"),
    _(
        "Somebody shown in the work %(work)s does not allow it any more. Do not show it, use it or pass it on."
    ),
    url_name="status:page",
    is_mailed=False,  # the mail about it says what to do
    is_required=True,
    open_params=("work",),
)
TOLD_WITHIN = timedelta(days=7)
TELL_TASK = "marking.consenting.tasks.tell"


def consent_ended(work: Work) -> None:
    """Have everybody told who was handed a file of ``work``, once the transaction has committed."""
    # By name: the task's module stands above this one.
    transaction.on_commit(lambda: current_app.send_task(TELL_TASK, [work.pk]))


def tell_downloaders(work: Work, *, now: datetime | None = None) -> int:
    """Tell those who were handed a file of ``work`` that it may not be passed on; return how many. Safe to call twice."""
    now, subject = now or timezone.now(), subject_of(work)
    url = f"{settings.SITE_URL}{reverse('status:page', args=[work.code])}"
    told = 0
    for person in downloaders_of(work):
        with transaction.atomic():
            since = Notice.objects.filter(user=person, kind=CONSENT_ENDED.code, subject=subject)
            if since.filter(created_at__gte=work.consent_ended_at or now).exists():
                continue
            notify(
                user=person,
                kind=CONSENT_ENDED.code,
                subject=subject,
                params={"work": work.code},
                url_args=[work.code],
                now=now,
            )
            write_mail(
                address=person.email, template="consent_ended", params={"code": work.code, "url": url},
                language=preferences_of(person).language, not_after=now + TOLD_WITHIN, now=now,
            )  # fmt: skip
            told += 1
    return told
