"""The one process that can open what the vault holds. In every other all of this raises :class:`KeeperAbsent`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from django.utils import timezone

from accounts.vault.deposits import column, context
from accounts.vault.fields import Field as Field
from accounts.vault.opening import OpeningKey
from accounts.vault.queue import QUEUE as QUEUE
from accounts.vault.store.models import SealedIdentity
from accounts.vault.wrapped_key import Damaged as Damaged
from accounts.vault.wrapped_key import Erased as Erased
from accounts.vault.wrapped_key import unseal_with

Reread: TypeAlias = Callable[[], Iterable[OpeningKey]]

_held: dict[str, OpeningKey] = {}
"""By their ids, the newest first. Empty everywhere but in the keeper's memory."""
_reread: list[Reread] = []
"""How the keeper reads its keys again; at most one."""


class KeeperAbsent(Exception):
    """This process does not hold the opening key."""


class OpeningKeyUnknown(Damaged):
    """What is asked for was sealed for a key that this keeper does not have, or does not have yet."""


def hold(keys: Iterable[OpeningKey], *, reread: Reread | None = None) -> None:
    """Make this process the keeper: it opens with any of ``keys`` until it ends.

    ``reread`` is asked again when something was sealed for a key that is none of them: one may have been added since.
    """
    _held.clear()
    _held.update(_by_id(keys))
    _reread[:] = [reread] if reread else []


def _by_id(keys: Iterable[OpeningKey]) -> dict[str, OpeningKey]:
    return {key.sealing.id: key for key in keys}


@contextmanager
def holding(keys: Iterable[OpeningKey]) -> Iterator[None]:
    """Be the keeper for the length of a command."""
    before, reread = list(_held.values()), next(iter(_reread), None)
    hold(keys)
    try:
        yield
    finally:
        hold(before, reread=reread)


def is_present() -> bool:
    """Whether this process can open anything."""
    return bool(_held)


def open_fields(reference: UUID, fields: frozenset[Field]) -> dict[Field, str]:
    """The wanted ``fields`` of the claim ``reference`` in clear; "" for one that was never given.

    Whoever calls this has checked that it may be asked, and records it. Raises :class:`KeeperAbsent` in a process
    without the opening key, :class:`Erased` once the identity is erased, :class:`OpeningKeyUnknown` where it was sealed for
    a key that this keeper lacks, and :class:`Damaged` where there is none or it does not open.
    """
    _require_key()
    row = SealedIdentity.objects.filter(reference=reference).order_by("erased_at", "deposited_at").first()
    if row is None:
        raise Damaged("The vault holds no identity under this reference.")
    return open_row(row, fields)


def open_row(row: SealedIdentity, fields: frozenset[Field] = frozenset(Field)) -> dict[Field, str]:
    """What :func:`open_fields` answers, of one row. Raises as it does."""
    key = _key_of(row)
    sealed = {field: bytes(getattr(row, column(field))) for field in fields}
    return {
        field: unseal_with(key, value, context=context(row, field)).decode() if value else ""
        for field, value in sealed.items()
    }


def erase(reference: UUID, *, now: datetime | None = None) -> None:
    """Destroy the keys of all that the vault holds under ``reference``. A second call changes nothing."""
    emptied = {column(field): b"" for field in Field}
    rows = SealedIdentity.objects.filter(reference=reference, wrapped_key__isnull=False)
    rows.update(wrapped_key=None, erased_at=now or timezone.now(), **emptied)


def _key_of(row: SealedIdentity) -> bytes:
    _require_key()
    if row.wrapped_key is None:
        raise Erased("This identity was erased.")
    key = _opening_key(row.opening_key_id).open(bytes(row.wrapped_key), context=context(row, "key"))
    if key is None:
        raise Damaged("This identity does not open with the key for which it was sealed.")
    return key


def _opening_key(name: str) -> OpeningKey:
    if name not in _held:
        for reread in _reread:
            _held.update(_by_id(reread()))
    if name not in _held:
        raise OpeningKeyUnknown("No opening key of this keeper opens this identity.")
    return _held[name]


def _require_key() -> None:
    if not _held:
        raise KeeperAbsent("This process does not hold the opening key: only the keeper opens names.")
