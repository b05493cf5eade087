"""Telling those who were handed a file that the consent to it ended. Never who ended it, and never why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from celery import current_app
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.records.queries import line, records
from accounts.users.models import User
from marking.works.gate import subject_of

if TYPE_CHECKING:
    from marking.works.models import Work

TELL_TASK = "marking.consenting.tasks.tell"
_HANDED_OVER = ("work.downloaded", "work.unlabelled_copy_sent")


def consent_ended(work: Work) -> None:
    """Have everybody told who was handed a file of ``work``, once the transaction has committed."""
    # By name: the task's module stands above this one.
    transaction.on_commit(lambda: current_app.send_task(TELL_TASK, [work.pk]))


def mail(work: Work) -> int:
    """Mail to those who were handed a file of ``work`` that it may not be passed on; return to how many."""
    people = list(downloaders_of(work))
    url = f"{settings.SITE_URL}{reverse('status:page', args=[work.code])}"
    subject = settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + _("Consent ended: work %(work)s") % {"work": work.code}
    text = render_to_string("marking/consenting/ended.txt", {"work": work, "url": url})
    for person in people:
        send_mail(subject, text.strip() + "\n", None, [person.email])
    return len(people)


def downloaders_of(work: Work) -> Iterable[User]:
    """The accounts that a file of ``work`` was handed to, as the log tells; those that are closed are left out."""
    handed = records(subject=subject_of(work)).filter(kind__in=_HANDED_OVER)
    actors = {line(each).actor for each in handed}
    return User.objects.filter(producer_id__in=actors, is_active=True).exclude(email="")
