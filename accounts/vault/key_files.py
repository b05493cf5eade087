"""The vault's keys as their files hold them now.

A process reads its keys when it starts. Where somebody has added one since, it is found here by the file that was put into
the place of the old one, so that no process ever meets a key that it cannot know.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from django.conf import settings

from accounts.vault.index_key import IndexKey, read_all

if TYPE_CHECKING:
    from accounts.vault.opening import SealingKey

logger = logging.getLogger(__name__)

Stamp: TypeAlias = tuple[int, int, int]
"""Inode, bytes and nanoseconds of the last change: another one for each file that takes a place."""


def stamp_of(path: Path) -> Stamp | None:
    """By what a file is told from the next one of its name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def master_keys() -> list[str]:
    """Master keys, the newest first: that one wraps, all of them open."""
    return list(_secrets().vault_keys)


def index_keys() -> tuple[IndexKey, ...]:
    """Keys of identities' indexes, the newest first."""
    return read_all(_secrets().identity_index_keys)


def sealing_keys() -> tuple[SealingKey, ...]:
    """Public halves of the opening keys, the newest first. Such as the environment gives are those of the start."""
    if settings.SEALING_KEYS_FILE is None:
        return settings.SEALING_KEYS
    keys: tuple[SealingKey, ...] = _now(
        settings.SEALING_KEYS_FILE,
        settings.SEALING_KEYS_STAMP,
        settings.READ_SEALING_KEYS,
        settings.SEALING_KEYS,
    )
    return keys


def _secrets() -> Any:
    return _now(settings.KEYS_FILE, settings.KEYS_STAMP, settings.READ_KEYS, settings.KEYS)


def _now(path: Path, started_with: Stamp | None, read: Callable[[Path], Any], held: Any) -> Any:
    """What ``path`` holds; ``held`` while it is the file of the start, or cannot be read."""
    stamp = stamp_of(path)
    if stamp is None or stamp == started_with:
        return held
    return _read(path, stamp, read) or held


@lru_cache(maxsize=4)
def _read(path: Path, stamp: Stamp, read: Callable[[Path], Any]) -> Any:
    """One reading for each file that took the place; None where it is no file of keys."""
    try:
        return read(path)
    except ValueError as error:
        logger.error("the keys that were put into %s are not used: %s", path, error)
        return None
