"""Asking for a copy of one's data, making it, handing it out, and removing it."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import IO, TYPE_CHECKING
from uuid import UUID

from celery import current_app
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.notices.services import notify
from accounts.own_data import package, sealed_files
from accounts.own_data.kinds import READY
from accounts.own_data.models import DataCopy
from accounts.records import log
from accounts.refusals import Refusal
from accounts.vault.sealing import is_erased

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User

logger = logging.getLogger(__name__)

KEPT = timedelta(days=7)
"""How long a copy can be fetched."""
ABANDONED = timedelta(hours=1)
"""A copy whose worker has been at it for so long is made by another."""
GIVEN_UP = timedelta(days=2)
MAKE_TASK = "accounts.own_data.tasks.make"
_CHUNK = 1 << 20


def ask(*, by: User, now: datetime | None = None) -> DataCopy:
    """Have a copy made of everything held about ``by``. Refused with ``copy_waits`` while there is one."""
    now = now or timezone.now()
    with transaction.atomic():
        try:
            with transaction.atomic():
                copy = DataCopy.objects.create(user=by, asked_at=now)
        except IntegrityError as error:
            sentence = _("A copy of your data is there already, or being made.")
            raise Refusal("copy_waits", sentence) from error
        _record("asked", copy, by=by, now=now)
        _wake(copy)
    return copy


def make(reference: UUID, *, now: datetime | None = None) -> None:
    """Make a copy that is waiting, if nobody else does. Safe to call twice, late or never."""
    now = now or timezone.now()
    due = Q(state=DataCopy.State.WAITING) | Q(state=DataCopy.State.MAKING, started_at__lte=now - ABANDONED)
    claimed = DataCopy.objects.filter(due, pk=reference)
    if not claimed.update(state=DataCopy.State.MAKING, started_at=now, done=0):
        return
    copy = DataCopy.objects.select_related("user").get(pk=reference)
    if is_erased(copy.user):
        return
    with tempfile.TemporaryFile() as plain, tempfile.TemporaryFile() as scratch:
        package.write(copy.user, plain, now, lambda done, of: _progress(copy, done, of))
        size, digest = plain.tell(), _digest(plain)
        sealed_files.store(copy.file_name, copy.user, plain, scratch)
    _finish(copy, size, digest, now)


def fetch(*, by: User, copy: DataCopy, now: datetime | None = None) -> Iterator[bytes]:
    """Record that ``by`` fetches their copy, and return its pieces. Refused with ``not_yours`` and ``copy_gone``."""
    now = now or timezone.now()
    if copy.user_id != by.pk:
        raise Refusal("not_yours", _("This copy is somebody else's."), status=403)
    is_there = copy.state == DataCopy.State.READY and copy.expires_at is not None and now < copy.expires_at
    if not is_there or not default_storage.exists(copy.file_name):
        raise Refusal("copy_gone", _("This copy is not kept any more: ask for a new one."), status=410)
    with transaction.atomic():
        _record("downloaded", copy, by=by, now=now, sha256=copy.sha256)
    return sealed_files.pieces(copy.file_name, by)


def sweep(*, now: datetime | None = None) -> int:
    """Remove copies whose time is over, give up those that cannot be made, and wake what waits; return how many were removed."""
    now = now or timezone.now()
    over = DataCopy.objects.filter(state=DataCopy.State.READY, expires_at__lte=now)
    hopeless = DataCopy.objects.filter(state__in=("waiting", "making"), asked_at__lte=now - GIVEN_UP)
    removed = sum(
        _end(copy, DataCopy.State.REMOVED, "removed", now) for copy in over.select_related("user")[:100]
    )
    for copy in hopeless.select_related("user")[:100]:
        _end(copy, DataCopy.State.FAILED, "failed", now)
    with transaction.atomic():
        for copy in DataCopy.objects.filter(state__in=("waiting", "making"))[:100]:
            _wake(copy)
    return removed


def _end(copy: DataCopy, state: DataCopy.State, event: str, now: datetime) -> bool:
    default_storage.delete(copy.file_name)
    with transaction.atomic():
        if not DataCopy.objects.filter(pk=copy.pk, state=copy.state).update(state=state):
            return False
        _record(event, copy, by=None, now=now)
    return True


def _wake(copy: DataCopy) -> None:
    # By name: the task's module stands above this one. Robust: the sweep takes up what the queue did not.
    reference = str(copy.pk)
    transaction.on_commit(lambda: current_app.send_task(MAKE_TASK, [reference]), robust=True)


def _progress(copy: DataCopy, done: int, of: int) -> None:
    DataCopy.objects.filter(pk=copy.pk).update(done=done, rooms=of)


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    hasher = sha256()
    while piece := file.read(_CHUNK):
        hasher.update(piece)
    file.seek(0)
    return hasher.hexdigest()


def _finish(copy: DataCopy, size: int, digest: str, now: datetime) -> None:
    expires = now + KEPT
    with transaction.atomic():
        made = DataCopy.objects.filter(pk=copy.pk, state=DataCopy.State.MAKING, started_at=copy.started_at)
        facts = {"sha256": digest, "size": size, "made_at": now, "expires_at": expires}
        if not made.update(state=DataCopy.State.READY, **facts):
            logger.warning("the data copy %s was made by somebody else; this one is thrown away", copy.pk)
            return
        _record("made", copy, by=None, now=now, sha256=digest, bytes=size)
        until = timezone.localtime(expires).strftime("%Y-%m-%d %H:%M")
        notify(user=copy.user, kind=READY.code, subject=copy.log_subject, params={"until": until}, now=now)


def _record(event: str, copy: DataCopy, *, by: User | None, now: datetime, **said: JSON) -> None:
    person = None if is_erased(copy.user) else copy.user
    body: dict[str, JSON] = {"export": str(copy.pk), **said}
    log.append(kind=f"export.{event}", subject=copy.log_subject, body=body, by=by, person=person, now=now)
