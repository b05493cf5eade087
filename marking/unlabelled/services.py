"""What may be asked for: a copy without the visible label, and to be sent it (Labelling Measures Art. 9)."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from celery import current_app
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.identity.references import reference_of
from accounts.refusals import Refusal
from accounts.retention import turns
from accounts.retention.holds import is_held
from accounts.sanctions.gate import require_unlimited
from accounts.sanctions.states import Function
from accounts.users.models import User
from accounts.users.queries import current_agreement
from accounts.vault.sealing import seal
from marking.unlabelled.models import UnlabelledCopy
from marking.unlabelled.queries import live_copy_of, requests_since
from marking.unlabelled.states import CopyState
from marking.unlabelled.terms import current_terms
from marking.works import files, gate
from marking.works.bodies import PAGE, handed_to
from marking.works.lifecycle import record
from marking.works.models import Work
from marking.works.policy import offers_unlabelled_copies
from marking.works.services import require_standing
from marking.works.states import WorkState

if TYPE_CHECKING:
    from accounts.records.canonical import JSON

logger = logging.getLogger(__name__)

PURPOSE_LENGTHS = (10, 500)
"""Fewest and most characters of a purpose."""
REQUESTS_PER_DAY = 10
"""Copies that one account may ask for in 24 hours."""
AVAILABLE = timedelta(hours=24)
"""How long a copy may be fetched after it was made; then its file is removed."""
MOST_SENT = 5
"""How often one copy is sent: a download that broke off may be repeated."""
MAKE_TASK = "marking.unlabelled.tasks.make"


def request_copy(
    *, by: User, work: Work, purpose: str, terms: int, now: datetime | None = None
) -> UnlabelledCopy:
    """Ask for a copy of ``work`` without its visible label, under version ``terms`` of the words that were shown.

    Refused with ``not_offered``, ``not_released``, ``not_owner``, ``consent_covers_label``, ``terms_outdated``, ``purpose_invalid``,
    ``copy_pending``, ``copy_kept``, ``too_many_requests``, ``deletion_requested``, ``agreement_missing``, or as :func:`require_standing` does.
    """
    now = now or timezone.now()
    require_unlimited(by, *work.declaration.functions, now=now)
    require_entitled(by, work)
    purpose = _checked_purpose(purpose)
    _require_current(terms)
    with transaction.atomic():
        _require_room(by, work, now)
        copy = _create(by, work, purpose, now)
        body = {"copy": copy.pk, "purpose": purpose, **_words(copy)}
        record(work, "work.unlabelled_copy_requested", by=by, now=now, body=body)
        wake(copy.pk)
    return copy


def require_entitled(user: User, work: Work) -> None:
    """Raise :class:`Refusal` unless ``user`` may have a copy of ``work`` without its visible label."""
    if not offers_unlabelled_copies():
        sentence = _("This site gives out no copies without a visible label.")
        raise Refusal("not_offered", sentence, status=403)
    if work.owner_id != user.pk:
        sentence = _("Only the owner of a work may have a copy without the visible label.")
        raise Refusal("not_owner", sentence, status=403)
    gate.require_served(work)
    if work.state != WorkState.RELEASED:
        raise Refusal("not_released", _("The work is not released: there is nothing to copy."))
    if not gate.may_leave_label_out(work):
        sentence = _("Somebody in this work agreed only to uses that are visibly labelled.")
        raise Refusal("consent_covers_label", sentence, status=403)
    if user.deletion_requested_at is not None:
        # What is asked for now is kept for six months, and the account may be erased before.
        sentence = _("The deletion of this account is requested: it is given no more such copies.")
        raise Refusal("deletion_requested", sentence, status=403)
    require_standing(user)
    if current_agreement() is None:
        sentence = _(
            "No user agreement is published that makes the duties clear; the operator has to publish it."
        )
        raise Refusal("agreement_missing", sentence, status=403)


def hand_over(*, by: User, work: Work, now: datetime | None = None) -> tuple[UnlabelledCopy, File[bytes]]:
    """Write down that ``by`` is sent the copy of ``work``, and return the copy and its open file (close it).

    The record is committed when this returns, so that it is there before the first byte goes out; it raises
    :class:`RuntimeError` inside another transaction, which could still take it back. Refused as
    :func:`require_entitled` does, with ``copy_gone`` where there is none to be had, and with ``sent_often``.
    """
    now = now or timezone.now()
    require_unlimited(by, Function.DOWNLOAD, now=now)
    require_entitled(by, work)
    copy = live_copy_of(work, now=now)
    if copy is None or copy.state != CopyState.READY:
        sentence = _(
            "There is no copy to be had now. Ask for one; it can be fetched for a day after it was made."
        )
        raise Refusal("copy_gone", sentence, status=410)
    file = _opened(work)
    try:
        _note_sending(copy, by, work, now)
    except BaseException:
        file.close()
        raise
    return copy, file


def expire(copy: UnlabelledCopy, *, now: datetime) -> bool:
    """Remove the file of a copy whose time is over; False where somebody else did, while its work is held, and where the storage refuses now."""
    due = UnlabelledCopy.objects.filter(pk=copy.pk, state=CopyState.READY, expires_at__lte=now)
    body = {"copy": copy.pk, "sha256": copy.sha256}
    try:
        with transaction.atomic():
            turns.to_erase()
            if is_held(gate.subject_of(copy.work), now, owner=copy.work.owner):
                return False
            # Whoever wins this row removes the file, which may be the next copy's a moment later.
            if not due.update(state=CopyState.EXPIRED):
                return False
            record(copy.work, "work.unlabelled_copy_removed", by=None, now=now, body=body)
            files.remove(file_name(copy.work))
    except OSError as error:
        logger.error("the copy of %s could not be removed yet: %s", copy.work, error)
        return False
    return True


def wake(pk: int) -> None:
    """Wake a worker for copy ``pk`` once the transaction has committed."""
    # By name: the task's module stands above this one.
    transaction.on_commit(lambda: current_app.send_task(MAKE_TASK, [pk]))


def file_name(work: Work) -> str:
    """Storage name of the copy of a released work."""
    return files.unlabelled_name(work.code, files.extension_of(work.marked_path))


def _checked_purpose(purpose: str) -> str:
    cleaned = " ".join(purpose.split())
    fewest, most = PURPOSE_LENGTHS
    if not fewest <= len(cleaned) <= most:
        sentence = _("State the purpose in %(fewest)d to %(most)d characters; %(found)d were given.")
        lengths = {"fewest": fewest, "most": most, "found": len(cleaned)}
        raise Refusal("purpose_invalid", sentence % lengths, status=422)
    return cleaned


def _require_current(terms: int) -> None:
    if terms != current_terms().version:
        sentence = _("These terms were replaced while the page was open: please read them again.")
        raise Refusal("terms_outdated", sentence)


def _require_room(by: User, work: Work, now: datetime) -> None:
    left = UnlabelledCopy.objects.filter(work=work, state=CopyState.READY, expires_at__lte=now).first()
    if left is not None and not expire(left, now=now) and _is_left(left):
        sentence = _("The last copy of this work is still being kept: no other can be made now.")
        raise Refusal("copy_kept", sentence)
    if live_copy_of(work, now=now) is not None:
        raise Refusal("copy_pending", _("A copy of this work was asked for already; fetch that one."))
    if requests_since(by, now - timedelta(days=1)) >= REQUESTS_PER_DAY:
        sentence = _("An account may ask for %(limit)d such copies in 24 hours. Try again later.")
        raise Refusal("too_many_requests", sentence % {"limit": REQUESTS_PER_DAY}, status=429)


def _is_left(copy: UnlabelledCopy) -> bool:
    return UnlabelledCopy.objects.filter(pk=copy.pk, state=CopyState.READY).exists()


def _create(by: User, work: Work, purpose: str, now: datetime) -> UnlabelledCopy:
    terms = current_terms()
    copy = UnlabelledCopy(
        work=work,
        requested_by=by,
        requested_at=now,
        agreement=current_agreement(),
        terms_version=terms.version,
        terms_sha256=terms.sha256,
        state=CopyState.REQUESTED,
    )
    copy.purpose = seal(by, purpose, context=copy.purpose_context)
    copy.save()
    return copy


def _opened(work: Work) -> File[bytes]:
    try:
        return default_storage.open(file_name(work))
    except FileNotFoundError as error:
        raise Refusal("copy_gone", _("The copy is gone; ask for a new one."), status=410) from error


def _note_sending(copy: UnlabelledCopy, by: User, work: Work, now: datetime) -> None:
    # Durable: committed when the block ends, and refused inside another transaction.
    with transaction.atomic(durable=True):
        ready = UnlabelledCopy.objects.filter(pk=copy.pk, state=CopyState.READY, sent__lt=MOST_SENT)
        if not ready.update(sent=F("sent") + 1, last_sent_at=now):
            sentence = _("The copy was sent %(limit)d times already. Ask for a new one when its day is over.")
            raise Refusal("sent_often", sentence % {"limit": MOST_SENT}, status=429)
        body = {"copy": copy.pk, "sha256": copy.sha256, **_sent_to(by, work), **_words(copy)}
        record(work, "work.unlabelled_copy_sent", by=by, now=now, body=body)


def _sent_to(user: User, work: Work) -> dict[str, JSON]:
    return {**handed_to(user, PAGE, work), "identity": reference_of(user)}


def _words(copy: UnlabelledCopy) -> dict[str, str | int]:
    return {
        "agreement": copy.agreement_id,
        "terms": copy.terms_version,
        "terms_sha256": copy.terms_sha256,
    }
