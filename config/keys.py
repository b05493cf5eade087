"""The secrets of one installation, in one private file.

Made on first start with mode 0600. Losing the file makes every sealed name unreadable and every
watermark unprovable, so it is backed up apart from the database, and a database without its keys is
refused rather than given new ones.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from accounts.folders import sole_writer, write_through
from accounts.records.note import SigningKey
from accounts.vault.index_key import IndexKey, read_all
from config import private_file
from consent.receipts.signing_key import SigningKey as ReceiptKey
from marking.marks.implicit_label import DatedKey

MOST_WATERMARK_KEYS = 14
"""Each key is tried on every picture, and each may err; with more, one call would err more than once in a million."""


class KeysError(ValueError):
    """The key file is missing, unreadable or open to others; the text says which and what to do."""


def _token() -> str:
    return secrets.token_urlsafe(48)


def _hex() -> str:
    return secrets.token_hex(32)


def _signing_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _label_signing_keys() -> list[str]:
    return [DatedKey.new().write()]


def _receipt_signing_keys() -> list[str]:
    return [ReceiptKey.new().write()]


def _log_signing_keys() -> list[str]:
    return [_hex()]


def _identity_index_keys() -> list[str]:
    return [IndexKey.new(1).write()]


@dataclass(frozen=True)
class Keys:
    """All secrets. Lists are newest first: the first one writes, all of them read."""

    secret_key: str = field(default_factory=_token, repr=False)
    vault_keys: list[str] = field(default_factory=lambda: [Fernet.generate_key().decode()], repr=False)
    blind_index_key: str = field(default_factory=_hex, repr=False)
    identity_index_keys: list[str] = field(default_factory=_identity_index_keys, repr=False)
    watermark_keys: list[str] = field(default_factory=lambda: [_hex()], repr=False)
    token_signing_key: str = field(default_factory=_signing_key, repr=False)
    label_signing_keys: list[str] = field(default_factory=_label_signing_keys, repr=False)
    receipt_signing_keys: list[str] = field(default_factory=_receipt_signing_keys, repr=False)
    log_signing_keys: list[str] = field(default_factory=_log_signing_keys, repr=False)


ADDED: Mapping[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "label_signing_keys": lambda content: _label_signing_keys(),
    "receipt_signing_keys": lambda content: _receipt_signing_keys(),
    "log_signing_keys": lambda content: _log_signing_keys(),
    # Identities were indexed under the one key of all indexes: it goes on as version 1.
    "identity_index_keys": lambda content: [f"1 {content['blind_index_key']}"],
}
"""Secrets that older key files lack, and how to make them from such a file's content. They are added; a file that lacks any other is damaged."""


def load_or_create(path: Path, *, may_create: bool) -> Keys:
    """Read the key file; make it first when there is none and ``may_create`` is true.

    Raises :class:`KeysError` for a missing file that may not be made, wrong permissions or damaged content.
    """
    if not path.exists():
        if not may_create:
            raise KeysError(
                f"There is a database but no key file at {path}: restore the key file from its backup. New keys "
                "could not read what is stored. Only for a new outside database, start with YINJI_CREATE_KEYS=yes."
            )
        _create(path)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise KeysError(f"{path} must be private to its owner (mode 0600); its mode is {mode:04o}.")
    return _parse(path)


def load(path: Path) -> Keys:
    """Read the key file that is there. Raises :class:`KeysError`."""
    return load_or_create(path, may_create=False)


def add_vault_key(path: Path) -> None:
    """Put a new master key in front of the others in the key file. Raises :class:`KeysError`."""
    _add(path, "vault_keys", lambda held: Fernet.generate_key().decode())


def add_identity_index_key(path: Path) -> None:
    """Put a new key of identities' indexes in front of the others, with the next version. Raises :class:`KeysError`."""
    _add(path, "identity_index_keys", lambda held: IndexKey.new(read_all(held)[0].version + 1).write())


def _add(path: Path, name: str, make: Callable[[list[str]], str]) -> None:
    target = path.resolve()
    try:
        with sole_writer(target.parent):
            content = _content(target)
            _replace(target, {**content, name: [make(content[name]), *content[name]]})
            write_through(target.parent)
    except OSError as error:
        raise KeysError(f"{path} could not be changed: {error.strerror or error}.") from error


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with private_file.written(path, _serialised(asdict(Keys()))) as unfinished, suppress(FileExistsError):
        os.link(unfinished, path)  # never replaces: the first of two starting processes wins


def _serialised(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, indent=1).encode()


def _complete(path: Path) -> Mapping[str, Any]:
    """Add to an older file what it lacks, and return its content; of two processes the second finds it done."""
    target = path.resolve()
    with sole_writer(target.parent):
        content = _content(target)
        missing = {name: make(content) for name, make in ADDED.items() if name not in content}
        if missing:
            _replace(target, {**content, **missing})
        write_through(target.parent)  # also what another process put there
        return {**content, **missing}


def _replace(path: Path, content: Mapping[str, Any]) -> None:
    """Put ``content`` into the place of a key file at once, for the same owner. Raises ``OSError``."""
    old = path.stat()
    if not old.st_mode & stat.S_IWUSR:
        raise PermissionError("it is read-only")
    with private_file.written(path, _serialised(content)) as unfinished:
        os.chown(unfinished, old.st_uid, -1)
        os.replace(unfinished, path)


def _content(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise KeysError(f"{path} cannot be read as a key file: {error}") from error
    return content if isinstance(content, dict) else {}


def _parse(path: Path) -> Keys:
    names = {each.name for each in fields(Keys)}
    content = _content(path)
    if missing := names - set(content) - set(ADDED):
        raise KeysError(f"{path} lacks {', '.join(sorted(missing))}: restore it from its backup.")
    if lacking := names - set(content):
        content = _completed(path, lacking)
    keys = Keys(**{name: content[name] for name in names})
    try:
        _require_usable(keys)
    except (ValueError, TypeError, AttributeError) as error:
        raise KeysError(
            f"{path} holds a key that cannot be used ({error}): restore it from its backup."
        ) from error
    return keys


def _completed(path: Path, lacking: set[str]) -> Mapping[str, Any]:
    try:
        return _complete(path)
    except OSError as error:
        raise KeysError(
            f"{path} is from an older version, lacks {', '.join(sorted(lacking))}, and that could not be added to it "
            f"({error.strerror or error}): make the file and its folder writable for one start, then back the file up."
        ) from error


def _require_usable(keys: Keys) -> None:
    for key in keys.vault_keys:
        Fernet(key)
    for text in (*keys.watermark_keys, keys.blind_index_key):
        bytes.fromhex(text)
    read_all(keys.identity_index_keys)
    for text in keys.label_signing_keys:
        DatedKey.read(text)
    for text in keys.receipt_signing_keys:
        ReceiptKey.read(text)
    for text in keys.log_signing_keys:
        SigningKey("log", bytes.fromhex(text)).verifier()
    lists = (
        keys.vault_keys,
        keys.identity_index_keys,
        keys.watermark_keys,
        keys.label_signing_keys,
        keys.receipt_signing_keys,
        keys.log_signing_keys,
    )
    if not all((*lists, keys.secret_key)):
        raise ValueError("one of the lists is empty")
    if len(keys.watermark_keys) > MOST_WATERMARK_KEYS:
        raise ValueError(
            f"expected at most {MOST_WATERMARK_KEYS} watermark keys, found {len(keys.watermark_keys)}"
        )
