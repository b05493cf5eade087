"""Seals what is private to a person under that person's own key.

Each person has one random 256-bit key. It is stored wrapped by the installation's master keys
(:class:`cryptography.fernet.MultiFernet`, newest first); values are AES-256-GCM (NIST SP 800-38D)
with the place they belong to as associated data, so that a value moved to another row or column does
not open. Destroying the key erases all of them, once the backups that still hold the wrapped key have expired.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils import timezone

from accounts.vault.models import PersonKey

if TYPE_CHECKING:
    from accounts.users.models import User

KEY_BYTES = 32
NONCE_BYTES = 12  # SP 800-38D, section 8.2.2: 96 random bits; one person seals far fewer than 2^32 values
TAG_BYTES = 16


class Erased(Exception):
    """The person's key was destroyed: what was sealed under it is gone for good."""


class Damaged(Exception):
    """The sealed value was changed, moved to another place, or belongs to another person or installation."""


def seal(user: User, value: str | bytes, *, context: str) -> bytes:
    """Seal ``value`` (text as UTF-8) under the key of ``user``, making the key on first use.

    ``context`` names the one place the value may be opened from, such as ``"identity.name:<uuid>"``.
    The answer is nonce ‖ ciphertext ‖ tag. Raises :class:`Erased` once the key is destroyed.
    """
    plain = value.encode() if isinstance(value, str) else value
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_open_key(_key_for(user))).encrypt(nonce, plain, context.encode())


def unseal(user: User, sealed: bytes | memoryview, *, context: str) -> bytes:
    """Open what :func:`seal` made for the same ``user`` and ``context``.

    Raises :class:`Erased` once the key is destroyed and :class:`Damaged` for anything else that does not open.
    """
    held = PersonKey.objects.filter(user=user).first() if not _is_loaded(user) else user.person_key
    if held is None:
        raise Damaged("Nothing was ever sealed for this person.")
    sealed = bytes(sealed)  # PostgreSQL answers with a memoryview
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise Damaged(f"A sealed value has at least {NONCE_BYTES + TAG_BYTES} bytes; found {len(sealed)}.")
    try:
        return AESGCM(_open_key(held)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())
    except InvalidTag as error:
        raise Damaged("The sealed value does not open in this place.") from error


def destroy(user: User, *, now: datetime | None = None) -> None:
    """Destroy the key of ``user`` and with it all that is sealed for them. A second call changes nothing."""
    key = _key_for(user)
    PersonKey.objects.filter(pk=key.pk, wrapped__isnull=False).update(
        wrapped=None, destroyed_at=now or timezone.now()
    )
    key.refresh_from_db()
    user.person_key = key


def opens(held: PersonKey) -> bool:
    """Whether this installation's master keys open a person's key."""
    try:
        _open_key(held)
    except (Damaged, Erased):
        return False
    return True


def _is_loaded(user: User) -> bool:
    """Whether a query already fetched the key beside ``user`` (``select_related``)."""
    return "person_key" in user._state.fields_cache


def _key_for(user: User) -> PersonKey:
    # A key that was destroyed stays as a row, so that no new key is ever made for an erased person.
    fresh = _master().encrypt(secrets.token_bytes(KEY_BYTES))
    return PersonKey.objects.get_or_create(user=user, defaults={"wrapped": fresh})[0]


def _open_key(held: PersonKey) -> bytes:
    if held.wrapped is None:
        raise Erased("The key of this person was destroyed.")
    try:
        return _master().decrypt(bytes(held.wrapped))
    except InvalidToken as error:
        raise Damaged("No master key of this installation opens this person's key.") from error


def _master() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.KEYS.vault_keys])
