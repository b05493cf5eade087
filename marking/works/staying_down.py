"""What was taken down for want of consent stays down: the same file is refused, and what looks like it waits.

Whoever uploads it learns that it was taken down, and neither who is shown nor whose work it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from consent.scope import Deny, Uncovered
from consent.uses.queries import use_of
from consent.uses.services import NotCovered
from marking.registry import lookup
from marking.registry.models import Registration, Variant
from marking.works import jobs
from marking.works.expired import expired_among
from marking.works.lifecycle import move, record
from marking.works.models import Work
from marking.works.states import WorkState

if TYPE_CHECKING:
    from accounts.users.models import User
    from consent.uses.models import Use

_DARK = (WorkState.CONSENT_ENDED, WorkState.DELETED)


class TakenDown(Refusal):
    """The file is one that was taken down because somebody shown in it does not allow it any more."""

    def __init__(self) -> None:
        sentence = _(
            "This file was taken down here because somebody shown in it does not allow it any more. It cannot be uploaded again."
        )
        super().__init__("consent_ended", sentence, status=403)


class Blocked(Refusal):
    """The file is one to which the desk turned the access off."""

    def __init__(self) -> None:
        sentence = _("Access to this file was turned off here. It cannot be uploaded again.")
        super().__init__("blocked", sentence, status=403)


class LooksTakenDown(NotCovered):
    """A work looks like one that was taken down, and nobody said that the people shown allow this one. ``number``: of that one."""

    def __init__(self, number: int) -> None:
        super().__init__(Deny((Uncovered("", None, "depicted", None, None),)))
        self.number = number


def require_not_taken_down(sha256: str) -> None:
    """Raise :class:`TakenDown` for an upload, or a file that was given out, of a work that is dark for want of consent,
    and :class:`Blocked` for one that the desk blocked."""
    given_out = Registration.objects.filter(sha256=sha256).values("work")
    unlabelled = Variant.objects.filter(sha256=sha256).values("registration")
    same = Q(source_sha256=sha256) | Q(pk__in=given_out) | Q(pk__in=unlabelled)
    found = list(Work.objects.filter(same).values_list("pk", "blocked_at", "consent_ended_at"))
    is_expired = bool(expired_among([number for number, _blocked, _ended in found], timezone.now()))
    if is_expired or any(blocked_at for _number, blocked_at, _ended in found):
        raise Blocked
    if any(ended_at for _number, _blocked, ended_at in found):
        raise TakenDown


def require_unlike_taken_down(work: Work, turned: Sequence[bytes], use: Use | None = None) -> None:
    """Raise :class:`LooksTakenDown` where the picture, in any of its turns, looks like a work that is dark: for want of consent, or
    because the desk blocked it.

    ``turned``: as :func:`marking.marks.fingerprint.turned`. A member of staff may have looked, and found them to be two; or everybody who
    was shown in that one allows this ``use``: nobody else can in their place. Nobody's consent lets out what looks like a blocked work.
    """
    if work.resemblance_cleared_at is not None:
        return
    for near in lookup.near_blocked(turned, states=_DARK):
        dark = near.registration.work
        if dark.blocked_at is not None:
            raise LooksTakenDown(dark.pk)
        if dark.consent_ended_at is not None and not _people_in(dark) <= _people_of(use):
            raise LooksTakenDown(near.registration.work_id)


def _people_in(dark: Work) -> frozenset[int]:
    """The accounts of those who were shown in a work; of one where nobody is known, nobody's: then staff decides."""
    return _people_of(use_of(f"work:{dark.code}")) or frozenset({0})


def _people_of(use: Use | None) -> frozenset[int]:
    """The accounts of those who are shown in a use."""
    if use is None:
        return frozenset()
    return frozenset(use.people.filter(grant__isnull=False).values_list("grant__person", flat=True))


def clear(work: Work, *, by: User | None, reason: str, now: datetime) -> None:
    """Let ``work`` go on after all: somebody looked, and it does not show what was taken down. Refused with ``wrong_state``."""
    if work.resembles is None:
        raise Refusal("wrong_state", _("This work was not held up for looking like one that was taken down."))
    with transaction.atomic():
        move(
            work, WorkState.AWAITING_CONSENT, WorkState.QUEUED, by=by, now=now,
            resembles=None, resemblance_cleared_at=now,
        )  # fmt: skip
        record(work, "work.resemblance_cleared", by=by, now=now, body={"reason": reason})
        jobs.enqueue(work, now=now)
