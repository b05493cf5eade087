"""Finds equal values without storing them: a keyed digest that only this installation can compute.

A bare hash of an identity number is plain text (about 1.3e11 of them exist, an afternoon of one core);
a digest under a key that is not in the database is not.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from django.conf import settings

from accounts.vault.key_files import index_keys


def blind_index(purpose: str, value: str) -> bytes:
    """HMAC-SHA-256 (RFC 2104) of the normalised ``value``, 32 bytes, under a key derived for ``purpose``.

    Spellings that differ only in width, letter case, spaces or hyphens give the same index; indexes of
    different purposes cannot be compared with one another.
    """
    return _index(bytes.fromhex(settings.KEYS.blind_index_key), purpose, value)


def versioned_index(purpose: str, value: str) -> dict[int, bytes]:
    """What :func:`blind_index` answers, under each key for identities, by the key's version, the newest first.

    Whoever stores an index stores all of these, and whoever asks asks for any: so two keys are valid while one replaces the other.
    """
    return {key.version: _index(key.key, purpose, value) for key in index_keys()}


def is_blank(value: str) -> bool:
    """Whether nothing of ``value`` is left to be indexed."""
    return not _normalised(value)


def _index(key: bytes, purpose: str, value: str) -> bytes:
    return _digest(_digest(key, f"blind index: {purpose}"), _normalised(value))


def _normalised(value: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold())
    return "".join(character for character in folded if not _is_separator(character))


def _is_separator(character: str) -> bool:
    # Spaces, control and format characters, and every kind of hyphen (Unicode general categories).
    return unicodedata.category(character) in {"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"}


def _digest(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
