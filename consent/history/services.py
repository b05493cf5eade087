"""Writing what happened into the history and, in the same transaction, into the record log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from accounts.records import log
from accounts.vault.sealing import is_erased
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
    about = None if person is None or (by is None and is_erased(person)) else person
    Event.objects.create(subject=subject, event=event, at=now, by=by)
    log.append(kind=kind, subject=subject, body=dict(body or {}), by=by, person=about, now=now)
