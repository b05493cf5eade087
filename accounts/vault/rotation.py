"""New keys in the place of old ones, beside the running site: the master key of wrapped keys, and the opening key.

Every step is a conditional UPDATE of what was read, so that a key destroyed meanwhile stays destroyed. What is done is
passed over, so that it may be stopped and run again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from uuid import UUID

from django.apps import apps
from django.db import models, transaction

from accounts.vault import keeper
from accounts.vault.deposits import column, fill
from accounts.vault.fields import Field
from accounts.vault.key_files import sealing_keys
from accounts.vault.routing import VAULT
from accounts.vault.store.models import SealedIdentity
from accounts.vault.wrapped_key import Damaged, is_newest, rewrapped

BATCH = 200
WRAPPED_NAMES = ("wrapped", "wrapped_key")
"""What a column is called that holds a key under the master key, in every room."""

Progress = Callable[[int], None]


@dataclass
class Rotated:
    """How many were changed, and how many could not be opened."""

    changed: int = 0
    unreadable: int = 0

    @property
    def left(self) -> int:
        """How many stay under an older key."""
        return self.unreadable

    def as_dict(self) -> dict[str, int]:
        """For JSON."""
        return asdict(self)


def wrapped_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every column of every room that holds wrapped keys."""
    for model in apps.get_models():
        if model._meta.app_label != VAULT:
            names = {each.name for each in model._meta.local_fields if isinstance(each, models.BinaryField)}
            yield from ((model, name) for name in WRAPPED_NAMES if name in names)


def key_tables() -> list[str]:
    """Every table that holds wrapped keys: none of them belongs into a backup that is kept for long (docs/operating.md)."""
    return sorted({model._meta.db_table for model, _ in wrapped_columns()})


def outdated_keys() -> dict[str, int]:
    """By table, how many wrapped keys lie under another than the newest master key. Reads all of them."""
    return {
        model._meta.db_table: sum(
            not is_newest(wrapped) for batch in _batches(model, name) for _, wrapped in batch
        )
        for model, name in wrapped_columns()
    }


def rewrap_all(progress: Progress | None = None) -> Rotated:
    """Wrap every key of every room under the newest master key."""
    done = Rotated()
    for model, name in wrapped_columns():
        for batch in _batches(model, name):
            changes = [(pk, old, new) for pk, old in batch if (new := _rewrapped(old, done)) is not None]
            done.changed += _replace(model, name, changes)
            if progress:
                progress(done.changed)
    return done


def reseal_all(progress: Progress | None = None) -> Rotated:
    """Seal every identity of the vault anew, under a new key of its own, for the newest opening key.

    Raises :class:`~accounts.vault.keeper.KeeperAbsent` in a process without the opening keys.
    """
    done, skipped = Rotated(), set[UUID]()
    while batch := list(outdated_identities().exclude(pk__in=skipped).order_by("pk")[:BATCH]):
        for row in batch:
            if not _reseal(row, done):
                skipped.add(row.pk)
        if progress:
            progress(done.changed)
    return done


def outdated_identities() -> models.QuerySet[SealedIdentity]:
    """Rows sealed for another than the newest opening key."""
    held = SealedIdentity.objects.filter(wrapped_key__isnull=False)
    return held.exclude(opening_key_id=sealing_keys()[0].id)


def _batches(model: type[models.Model], name: str) -> Iterator[list[tuple[object, bytes]]]:
    held = model._default_manager.filter(**{f"{name}__isnull": False}).order_by("pk")
    batch = held.values_list("pk", name)[:BATCH]
    while rows := [(pk, bytes(wrapped)) for pk, wrapped in batch]:
        yield rows
        batch = held.filter(pk__gt=rows[-1][0]).values_list("pk", name)[:BATCH]


def _rewrapped(wrapped: bytes, done: Rotated) -> bytes | None:
    if is_newest(wrapped):
        return None
    try:
        return rewrapped(wrapped)
    except Damaged:
        done.unreadable += 1
        return None


def _replace(model: type[models.Model], name: str, changes: list[tuple[object, bytes, bytes]]) -> int:
    if not changes:
        return 0
    with transaction.atomic():
        return sum(
            model._default_manager.filter(pk=pk, **{name: old}).update(**{name: new})
            for pk, old, new in changes
        )


def _reseal(row: SealedIdentity, done: Rotated) -> bool:
    """Seal one row anew. What was erased meanwhile stays erased, since its key is no longer the one that was read."""
    old = row.wrapped_key
    try:
        fill(row, keeper.open_row(row))
    except Damaged:
        done.unreadable += 1
        return False
    names = ["opening_key_id", "wrapped_key", *(column(field) for field in Field)]
    unchanged = SealedIdentity.objects.filter(pk=row.pk, wrapped_key=old)
    done.changed += unchanged.update(**{name: getattr(row, name) for name in names})
    return True
