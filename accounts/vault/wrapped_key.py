"""Seals values under a key of their own, which lies beside them wrapped by the installation's master keys.

:mod:`accounts.vault.sealing` keeps one such key for each account. What belongs to somebody without an account, such
as the address in a complaint, gets a key for itself; its row holds the wrapped key, and to empty that column erases
what was sealed, once the backups that still hold it have expired.

Values are AES-256-GCM (NIST SP 800-38D) with the place they belong to as associated data, so that a value moved to
another row or column does not open.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from accounts.vault.key_files import master_keys

KEY_BYTES = 32
NONCE_BYTES = 12  # SP 800-38D, section 8.2.2: 96 random bits; one key seals far fewer than 2^32 values
TAG_BYTES = 16
MOST_REMEMBERED = 1 << 16
"""Keys that :func:`unwrapping_once` holds: some thirty megabytes."""


class Erased(Exception):
    """The key was destroyed: what was sealed under it is gone for good."""


class Damaged(Exception):
    """The sealed value was changed, moved to another place, or belongs to another key or installation."""


def new_wrapped_key() -> bytes:
    """A random 256-bit key, wrapped by the newest master key (:class:`cryptography.fernet.MultiFernet`)."""
    return _master().encrypt(secrets.token_bytes(KEY_BYTES))


def unwrap(wrapped: bytes | memoryview | None) -> bytes:
    """The 32 bytes of a wrapped key. Raises :class:`Erased` for None, :class:`Damaged` under other master keys."""
    if wrapped is None:
        raise Erased("This key was destroyed.")
    if not isinstance(wrapped, bytes | memoryview):  # SQLite lets a file's owner write anything anywhere
        raise Damaged("This key is no sequence of bytes.")
    return _unwrap.get()(bytes(wrapped))


@contextmanager
def unwrapping_once() -> Iterator[None]:
    """Unwrap each key once within it, for whoever reads much that is sealed for the same people. Nothing is remembered after."""
    token = _unwrap.set(lru_cache(MOST_REMEMBERED)(_unwrapped))
    try:
        yield
    finally:
        _unwrap.reset(token)


def _unwrapped(wrapped: bytes) -> bytes:
    try:
        return _master().decrypt(wrapped)
    except InvalidToken as error:
        raise Damaged("No master key of this installation opens this key.") from error


_unwrap: ContextVar[Callable[[bytes], bytes]] = ContextVar("unwrap", default=_unwrapped)


def is_newest(wrapped: bytes) -> bool:
    """Whether a wrapped key lies under the newest master key."""
    try:
        Fernet(master_keys()[0]).decrypt(wrapped)
    except InvalidToken:
        return False
    return True


def rewrapped(wrapped: bytes) -> bytes:
    """The same key under the newest master key. Raises :class:`Damaged` where no master key opens it."""
    try:
        return _master().rotate(wrapped)
    except InvalidToken as error:
        raise Damaged("No master key of this installation opens this key.") from error


def seal_under(wrapped: bytes | memoryview | None, value: str | bytes, *, context: str) -> bytes:
    """Seal ``value`` (text as UTF-8) under a wrapped key, to be opened from the one place ``context`` names.

    The answer is nonce ‖ ciphertext ‖ tag, 28 bytes longer than the value. Raises as :func:`unwrap` does.
    """
    return seal_with(unwrap(wrapped), value, context=context)


def unseal_under(wrapped: bytes | memoryview | None, sealed: bytes | memoryview, *, context: str) -> bytes:
    """Open what :func:`seal_under` made. Raises :class:`Erased`, and :class:`Damaged` for all that does not open."""
    _require_length(sealed)
    return unseal_with(unwrap(wrapped), sealed, context=context)


def seal_with(key: bytes, value: str | bytes, *, context: str) -> bytes:
    """Seal ``value`` as :func:`seal_under` does, under a key in clear."""
    plain = value.encode() if isinstance(value, str) else value
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unseal_with(key: bytes, sealed: bytes | memoryview, *, context: str) -> bytes:
    """Open what :func:`seal_with` made. Raises :class:`Damaged`."""
    _require_length(sealed)
    sealed = bytes(sealed)  # PostgreSQL answers with a memoryview
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())
    except InvalidTag as error:
        raise Damaged("The sealed value does not open in this place.") from error


def _require_length(sealed: bytes | memoryview) -> None:
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise Damaged(f"A sealed value has at least {NONCE_BYTES + TAG_BYTES} bytes; found {len(sealed)}.")


def _master() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in master_keys()])
