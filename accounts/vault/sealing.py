"""Seals what is private to a person under that person's own key.

Each person has one random 256-bit key, stored wrapped (:mod:`accounts.vault.wrapped_key`). Destroying the key erases
all that was sealed for them, once the backups that still hold the wrapped key have expired.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import timezone

from accounts.prepared import Prepared, columns, instances
from accounts.vault.models import PersonKey
from accounts.vault.wrapped_key import Damaged as Damaged
from accounts.vault.wrapped_key import Erased as Erased
from accounts.vault.wrapped_key import new_wrapped_key, seal_under, unseal_under, unwrap

if TYPE_CHECKING:
    from accounts.users.models import User


def seal(user: User, value: str | bytes, *, context: str) -> bytes:
    """Seal ``value`` (text as UTF-8) under the key of ``user``, making the key on first use.

    ``context`` names the one place the value may be opened from, such as ``"identity.name:<uuid>"``.
    The answer is nonce ‖ ciphertext ‖ tag. Raises :class:`Erased` once the key is destroyed.
    """
    return seal_with_key(user, value, context=context)[1]


def seal_with_key(user: User, value: str | bytes, *, context: str) -> tuple[PersonKey, bytes]:
    """The same, with the key under which it is sealed."""
    key = _key_for(user)
    return key, seal_under(key.wrapped, value, context=context)


def unseal(user: User, sealed: bytes | memoryview, *, context: str) -> bytes:
    """Open what :func:`seal` made for the same ``user`` and ``context``.

    Raises :class:`Erased` once the key is destroyed and :class:`Damaged` for anything else that does not open.
    """
    held = _held(user)
    if held is None:
        raise Damaged("Nothing was ever sealed for this person.")
    return unseal_under(held.wrapped, sealed, context=context)


def destroy(user: User, *, now: datetime | None = None) -> None:
    """Destroy the key of ``user`` and with it all that is sealed for them. A second call changes nothing."""
    key = _key_for(user)
    PersonKey.objects.filter(pk=key.pk, wrapped__isnull=False).update(
        wrapped=None, destroyed_at=now or timezone.now()
    )
    key.refresh_from_db()
    user.person_key = key


def is_erased(user: User) -> bool:
    """Whether the key of ``user`` was destroyed, so that nothing can be sealed for them any more."""
    return PersonKey.objects.filter(user=user, wrapped__isnull=True).exists()


def opens(held: PersonKey) -> bool:
    """Whether this installation's master keys open a person's key."""
    try:
        unwrap(held.wrapped)
    except (Damaged, Erased):
        return False
    return True


def _held(user: User) -> PersonKey | None:
    """The key of ``user``: as a query already fetched it beside them (``select_related``), else looked up."""
    fetched = user._state.fields_cache
    return fetched["person_key"] if "person_key" in fetched else PersonKey.objects.filter(user=user).first()


def _key_for(user: User) -> PersonKey:
    # A key that was destroyed stays as a row, so that no new key is ever made for an erased person.
    # By its number: a row for ``user`` itself would be remembered there, even where another process was faster with its key.
    found = instances(PersonKey, _KEY, user=user.pk)
    key = found[0] if found else _new_key_for(user)
    key.user = user
    return key


def _new_key_for(user: User) -> PersonKey:
    return PersonKey.objects.get_or_create(user_id=user.pk, defaults={"wrapped": new_wrapped_key()})[0]


def _held_by(user: int) -> QuerySet[PersonKey, tuple[object, ...]]:
    return PersonKey.objects.filter(user=user).values_list(*columns(PersonKey))


_KEY = Prepared(_held_by)
