"""Where the opening keys are: the public halves for every process, the private ones for the keeper alone.

Made on the first start as two files in the data folder. An operator who wants the private one elsewhere moves it and
names it by ``YINJI_VAULT_OPENING_KEY_FILE`` in the keeper's environment and in no other.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from accounts.folders import sole_writer, write_through
from accounts.vault.opening import (
    OpeningKey,
    OpeningKeyInvalid,
    SealingKey,
    read_opening_keys,
    read_sealing_keys,
    write_keys,
)

VARIABLE = "YINJI_VAULT_OPENING_KEY"
WITHHELD = frozenset({VARIABLE, f"{VARIABLE}_FILE"})
"""Variables that no process but the keeper's may see."""

PRIVATE_NAME, PUBLIC_NAME = "vault-opening.keys", "vault-sealing.keys"


class OpeningKeysError(ValueError):
    """A file of keys is missing, damaged or open to others; the text says which and what to do."""


def load_sealing(folder: Path, *, given: str, may_create: bool) -> tuple[SealingKey, ...]:
    """The public keys, the newest first: ``given`` if not empty, else those of the data folder, which are made where there are none.

    Reads no private key. Raises :class:`OpeningKeysError` where there is none and none may be made.
    """
    if given:
        return _sealing_in(given, "YINJI_VAULT_SEALING_KEY")
    path = folder / PUBLIC_NAME
    if not path.exists():
        _make(folder, may_create=may_create)
    return read_sealing(path)


def read_sealing(path: Path) -> tuple[SealingKey, ...]:
    """The public keys of a file, the newest first. Raises :class:`OpeningKeysError`."""
    return _sealing_in(_text(path), str(path))


def load_opening(folder: Path, environ: Mapping[str, str] = os.environ) -> tuple[OpeningKey, ...]:
    """The private keys, the newest first, from the environment, the file it names, or the data folder.

    For the keeper's process alone. Raises :class:`OpeningKeysError`.
    """
    if text := environ.get(VARIABLE):
        return _opening_in(text, VARIABLE)
    path = Path(environ.get(f"{VARIABLE}_FILE") or folder / PRIVATE_NAME)
    _require_private(path)
    return _opening_in(_text(path), str(path))


def add(folder: Path, environ: Mapping[str, str] = os.environ) -> SealingKey:
    """Put a new pair in front: the private half in the file that holds the others, the public one in the data folder's.

    Raises :class:`OpeningKeysError`, also where the private keys are given as a value, which nothing here can change.
    """
    if environ.get(VARIABLE):
        raise OpeningKeysError(f"{VARIABLE} holds the keys themselves: put a new one in front there.")
    private = Path(environ.get(f"{VARIABLE}_FILE") or folder / PRIVATE_NAME)
    with sole_writer(folder):
        key = OpeningKey.new()
        _write(private, folder / PUBLIC_NAME, (key, *load_opening(folder, environ)))
    return key.sealing


def _make(folder: Path, *, may_create: bool) -> None:
    with sole_writer(folder):
        if (folder / PUBLIC_NAME).exists():
            return  # another process was faster
        if not may_create:
            raise OpeningKeysError(
                f"There is a vault but no {folder / PUBLIC_NAME}: restore it from its backup, or name the public keys by "
                "YINJI_VAULT_SEALING_KEY. Only for a new outside vault, start with YINJI_CREATE_KEYS=yes."
            )
        if (folder / PRIVATE_NAME).exists():
            # An earlier start died between the two files. The private one is whole, and tells the other.
            _replace(folder / PUBLIC_NAME, _public_halves(load_opening(folder, {})))
        else:
            _write(folder / PRIVATE_NAME, folder / PUBLIC_NAME, (OpeningKey.new(),))


def _write(private: Path, public: Path, keys: tuple[OpeningKey, ...]) -> None:
    """The private file first: no public key may be used whose private half is not on the disk."""
    _replace(private, write_keys(keys))
    _replace(public, _public_halves(keys))


def _public_halves(keys: tuple[OpeningKey, ...]) -> str:
    return write_keys(key.sealing for key in keys)


def _replace(path: Path, text: str) -> None:
    """Put ``text`` in the place of a file at once, on the disk when this returns. Call it as the sole writer: what a dead one left is written over."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)
    write_through(path.parent)


def _require_private(path: Path) -> None:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        raise OpeningKeysError(f"{path} cannot be read: {error.strerror or error}.") from error
    if mode & 0o077:
        raise OpeningKeysError(f"{path} must be private to its owner (mode 0600); its mode is {mode:04o}.")


def _sealing_in(text: str, where: str) -> tuple[SealingKey, ...]:
    try:
        keys = read_sealing_keys(text)
    except OpeningKeyInvalid as error:
        raise OpeningKeysError(f"{where}: {error}.") from error
    if not keys:
        raise OpeningKeysError(f"{where} holds no key.")
    return keys


def _opening_in(text: str, where: str) -> tuple[OpeningKey, ...]:
    try:
        keys = read_opening_keys(text)
    except OpeningKeyInvalid as error:
        raise OpeningKeysError(f"{where}: {error}.") from error
    if not keys:
        raise OpeningKeysError(f"{where} holds no key.")
    return keys


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise OpeningKeysError(f"{path} cannot be read as a file of keys: {error}.") from error
