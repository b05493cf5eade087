"""Writing what happened into the history and, in the same transaction, into the record log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from accounts.records import log, requirements
from accounts.vault.sealing import Damaged, Erased
from consent.history.models import Event

if TYPE_CHECKING:
    from accounts.records.canonical import JSON
    from accounts.users.models import User


def note(
    subject: str,
    event: str,
    *,
    by: User | None,
    person: User | None,
    now: datetime,
    body: Mapping[str, JSON] | None = None,
) -> None:
    """Write that ``event`` happened to ``subject`` (``grant:<uuid>``). Call it in the transaction of the change.

    ``body`` is sealed for ``person``, whom it is about; stored open where they are None, or erased while the system itself
    acts. Raises :class:`~accounts.vault.sealing.Erased` where somebody else does.
    """
    kind = f"{subject.partition(':')[0]}.{event}"
    Event.objects.create(subject=subject, event=event, at=now, by=by)
    said = dict(body or {})
    try:
        log.append(kind=kind, subject=subject, body=said, by=by, person=person, now=now)
    except Erased:
        if by is not None:
            raise
        log.append(kind=kind, subject=subject, body=said, by=by, person=None, now=now)
    except Damaged:
        # Nothing is sealed under a key that does not open, and no end of a consent waits for one: the line says what the law asks, and no more.
        said = requirements.required_part(kind, said)
        log.append(kind=kind, subject=subject, body=said, by=by, person=None, now=now)
