"""Moving a work from state to state, with its history and its record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.records import log, requirements
from accounts.refusals import Refusal
from accounts.users.models import User
from accounts.vault.sealing import Damaged, Erased
from marking.works.models import Transition, Work
from marking.works.states import TRANSITIONS, WorkState
from marking.works.wording import STATES


def move(
    work: Work, old: WorkState, new: WorkState, *, by: User | None, now: datetime, **changes: Any
) -> None:
    """Take ``work`` from ``old`` to ``new`` if it still is in ``old``. Raises :class:`Refusal` if not."""
    if new not in TRANSITIONS[old]:
        raise Refusal(
            "wrong_state",
            _("A work cannot go from %(old)s to %(new)s.") % {"old": STATES[old], "new": STATES[new]},
        )
    if not Work.objects.filter(pk=work.pk, state=old).update(state=new, **changes):
        raise Refusal(
            "wrong_state",
            _("The work is no longer in the state %(old)s; reload the page.") % {"old": STATES[old]},
        )
    work.refresh_from_db(fields=["state", *changes])
    enter(work, new, by=by, now=now)


def enter(work: Work, state: WorkState, *, by: User | None, now: datetime) -> None:
    """Write into the history that ``work`` is in ``state`` now."""
    Transition.objects.create(work=work, state=state, at=now, by=by)


def record(work: Work, kind: str, *, by: User | None, now: datetime, body: Mapping[str, Any]) -> None:
    """Append an event about ``work`` to the log, its body sealed for the owner.

    Where the system itself acts for an owner who was erased, it is about nobody: what is left of them must still be cleared away.
    Raises :class:`~accounts.vault.sealing.Erased` where somebody else does.
    """
    subject = f"work:{work.code}"
    try:
        log.append(kind=kind, subject=subject, body=body, by=by, person=work.owner, now=now)
    except Erased:
        if by is not None:
            raise
        log.append(kind=kind, subject=subject, body=body, by=by, person=None, now=now)
    except Damaged:
        if by is not None:
            raise
        # What the site itself must do, such as to take a work down, waits for no key: the line says what the law asks, and no more.
        said = requirements.required_part(kind, body)
        log.append(kind=kind, subject=subject, body=said, by=by, person=None, now=now)
