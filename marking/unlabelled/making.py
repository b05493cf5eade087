"""Making a copy without the visible label: marked anew from the original, with every mark but that one."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.retention.holds import held_subjects, is_among
from marking.marks.credential import SigningFailed
from marking.media import Refused
from marking.media.bounded import BoundedError, run_bounded
from marking.pipeline.picture import Marked, MarkMissing, mark_picture
from marking.registry.services import register_variant
from marking.unlabelled import services
from marking.unlabelled.models import UnlabelledCopy
from marking.unlabelled.states import CopyState
from marking.works import files, gate
from marking.works.execution import ENDINGS, MARKING_BYTES, MARKING_SECONDS, order_for
from marking.works.lifecycle import record
from marking.works.models import Work
from marking.works.sanctioned import held_back
from marking.works.states import WorkState

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=MARKING_SECONDS + 60)
"""How long a copy is held by the worker that makes it. The making is stopped before, so that nobody need renew it."""
WAKE_AGAIN_AFTER = timedelta(seconds=30)
MOST_ATTEMPTS = 3
MOST_AT_ONCE = 100


def make(pk: int, *, now: datetime | None = None, seconds: float = MARKING_SECONDS) -> None:
    """Make copy ``pk`` if it is due and nobody else does. Safe to call twice, late or never.

    ``seconds``: wall time after which the making is stopped and the copy fails as *out of time*.
    """
    copy = _claim(pk, now=now or timezone.now())
    if copy is None:
        return
    if copy.attempts > MOST_ATTEMPTS:
        _fail(copy, code="worker_died")
    elif not gate.is_served(copy.work):
        _fail(copy, code="work_deleted")
    elif not gate.may_leave_label_out(copy.work):
        _fail(copy, code="consent_covers_label")
    else:
        _mark(copy, seconds)


def sweep(*, now: datetime | None = None) -> tuple[int, int]:
    """Wake what a dead worker or a lost message left behind, and remove the copies whose time is over; count both."""
    now = now or timezone.now()
    due = Q(state=CopyState.REQUESTED, requested_at__lt=now - WAKE_AGAIN_AFTER)
    dead = Q(state=CopyState.MAKING, leased_until__lt=now)
    waiting = list(UnlabelledCopy.objects.filter(due | dead).values_list("pk", flat=True)[:MOST_AT_ONCE])
    for pk in waiting:
        services.wake(pk)
    over = UnlabelledCopy.objects.filter(state=CopyState.READY, expires_at__lte=now)
    ended = [services.expire(copy, now=now) for copy in _free(over.select_related("work__owner"), now)]
    return len(waiting), sum(ended)


def _free(copies: QuerySet[UnlabelledCopy], now: datetime) -> list[UnlabelledCopy]:
    """The first of ``copies`` whose work nothing holds, so that held ones stand in nobody's way."""
    held = held_subjects(now)
    free = (
        each
        for each in copies.iterator(400)
        if not is_among(held, gate.subject_of(each.work), each.work.owner)
    )
    return list(islice(free, MOST_AT_ONCE))


def _claim(pk: int, *, now: datetime) -> UnlabelledCopy | None:
    """Take copy ``pk`` by a conditional UPDATE; None when it is not due, somebody holds it or a sanction keeps its owner from it."""
    due = Q(state=CopyState.REQUESTED) | Q(state=CopyState.MAKING, leased_until__lt=now)
    held = held_back("work__", now)
    claimed = (
        UnlabelledCopy.objects.filter(due, pk=pk)
        .exclude(held)
        .update(state=CopyState.MAKING, leased_until=now + LEASE, attempts=F("attempts") + 1)
    )
    if not claimed:
        return None
    return UnlabelledCopy.objects.select_related("work__owner").get(pk=pk)


def _mark(copy: UnlabelledCopy, seconds: float) -> None:
    with files.workspace() as folder, files.local(copy.work.source_path) as source:
        order = replace(order_for(copy.work, source=source, folder=folder), is_labelled=False)
        try:
            marked = run_bounded(
                mark_picture,
                order,
                seconds=seconds,
                memory_bytes=MARKING_BYTES,
                on_progress=lambda step: None,
            )
        except Refused as refused:
            _fail(copy, code=refused.code)
        except SigningFailed as failed:
            logger.error("the credential of a copy of %s could not be signed: %s", copy.work, failed.reason)
            _fail(copy, code="not_signed")
        except MarkMissing:
            _fail(copy, code="mark_missing")
        except FileNotFoundError:  # the work was deleted meanwhile
            _fail(copy, code="work_deleted")
        except BoundedError as error:
            logger.warning("the copy of %s ended: %s", copy.work, error)
            _fail(copy, code=ENDINGS[type(error)])
        else:
            _offer(copy, marked)


def _offer(copy: UnlabelledCopy, marked: Marked) -> None:
    """Store the copy and, in one transaction, register it, let it be fetched and record it."""
    name = services.file_name(copy.work)
    files.put(name, marked.path)
    with transaction.atomic():
        released = Work.objects.select_for_update().filter(pk=copy.work_id, state=WorkState.RELEASED)
        if released.filter(blocked_at__isnull=True).exists():
            _become_ready(copy, marked)
            return
    files.remove(name)
    _fail(copy, code="work_deleted")


def _become_ready(copy: UnlabelledCopy, marked: Marked) -> None:
    now = timezone.now()
    held = UnlabelledCopy.objects.filter(pk=copy.pk, state=CopyState.MAKING, attempts=copy.attempts)
    if not held.update(
        state=CopyState.READY,
        leased_until=None,
        sha256=marked.sha256,
        size=marked.size,
        made_at=now,
        expires_at=now + services.AVAILABLE,
    ):
        logger.warning("the copy of %s was made by somebody else; this one is thrown away", copy.work)
        return
    register_variant(
        number=copy.work_id,
        sha256=marked.sha256,
        fingerprint=marked.fingerprint,
        is_distinctive=marked.is_distinctive,
        layout=marked.layout,
    )
    body = {
        "copy": copy.pk,
        "sha256": marked.sha256,
        "bytes": marked.size,
        "marks": [mark["name"] for mark in marked.marks],
    }
    record(copy.work, "work.unlabelled_copy_made", by=None, now=now, body=body)


def _fail(copy: UnlabelledCopy, *, code: str) -> None:
    with transaction.atomic():
        held = UnlabelledCopy.objects.filter(pk=copy.pk, state=CopyState.MAKING, attempts=copy.attempts)
        if held.update(state=CopyState.FAILED, leased_until=None, failure=code):
            body = {"copy": copy.pk, "code": code}
            record(copy.work, "work.unlabelled_copy_failed", by=None, now=timezone.now(), body=body)
