"""Telling those who were handed a file of a refuted work, and whoever released it that the note was taken back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from celery import current_app
from django.db import transaction
from django.utils import timezone

from accounts.notices.kinds import Kind
from accounts.notices.models import Notice
from accounts.notices.services import notify
from marking.desk.refutations.kinds import REFUTED, WITHDRAWN
from marking.desk.refutations.models import RefutationVersion
from marking.desk.refutations.queries import works_of
from marking.desk.refutations.states import VersionState
from marking.works.gate import subject_of
from marking.works.models import Work
from marking.works.queries import downloaders_of

if TYPE_CHECKING:
    from accounts.users.models import User

TELL_TASK = "marking.desk.refutations.tasks.tell"


def wake(version: RefutationVersion) -> None:
    """Have everybody told, once the transaction has committed."""
    # By name: the task's module stands above this one. Robust: the sweep tells whom a lost message left out.
    transaction.on_commit(lambda: current_app.send_task(TELL_TASK, [version.pk]), robust=True)


def tell(pk: int, *, now: datetime | None = None) -> int:
    """Tell everybody of version ``pk`` who was handed a file of a work that it is on, and the owners where it takes a note back; count them. Safe to call twice."""
    now = now or timezone.now()
    version = RefutationVersion.objects.filter(pk=pk, state=VersionState.PUBLISHED).first()
    if version is None:
        return 0
    return sum(_tell_of(version, work, now) for work in works_of(version.refutation))


def _tell_of(version: RefutationVersion, work: Work, now: datetime) -> int:
    kind = WITHDRAWN if version.is_withdrawal else REFUTED
    told = sum(
        _tell_once(each, kind, version, work, now) for each in downloaders_of(work) if each != work.owner
    )
    if not version.is_withdrawal:  # its owner was told with its reasons
        return told
    return told + _tell_once(work.owner, kind, version, work, now)


def _tell_once(person: User, kind: Kind, version: RefutationVersion, work: Work, now: datetime) -> bool:
    subject = subject_of(work)
    with transaction.atomic():
        since = Notice.objects.filter(user=person, kind=kind.code, subject=subject)
        if since.filter(created_at__gte=version.decided_at or now).exists():
            return False
        notify(
            user=person, kind=kind.code, subject=subject, params={"work": work.code}, url_args=[work.code], now=now
        )  # fmt: skip
    return True
