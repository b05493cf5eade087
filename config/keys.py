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
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

MOST_WATERMARK_KEYS = 14
"""Each key is tried on every picture, and each may err; with more, one call would err more than once in a million."""


class KeysError(Exception):
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


@dataclass(frozen=True)
class Keys:
    """All secrets. Lists are newest first: the first one writes, all of them read."""

    secret_key: str = field(default_factory=_token, repr=False)
    vault_keys: list[str] = field(default_factory=lambda: [Fernet.generate_key().decode()], repr=False)
    blind_index_key: str = field(default_factory=_hex, repr=False)
    watermark_keys: list[str] = field(default_factory=lambda: [_hex()], repr=False)
    token_signing_key: str = field(default_factory=_signing_key, repr=False)


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


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(Keys()), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(unfinished, path)  # never replaces: the first of two starting processes wins
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()


def _parse(path: Path) -> Keys:
    names = {each.name for each in fields(Keys)}
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise KeysError(f"{path} cannot be read as a key file: {error}") from error
    found = set(content) if isinstance(content, dict) else set()
    if missing := names - found:
        raise KeysError(f"{path} lacks {', '.join(sorted(missing))}: restore it from its backup.")
    keys = Keys(**{name: content[name] for name in names})
    try:
        _require_usable(keys)
    except (ValueError, TypeError, AttributeError) as error:
        raise KeysError(
            f"{path} holds a key that cannot be used ({error}): restore it from its backup."
        ) from error
    return keys


def _require_usable(keys: Keys) -> None:
    for key in keys.vault_keys:
        Fernet(key)
    for text in (*keys.watermark_keys, keys.blind_index_key):
        bytes.fromhex(text)
    if not keys.vault_keys or not keys.watermark_keys or not keys.secret_key:
        raise ValueError("one of the lists is empty")
    if len(keys.watermark_keys) > MOST_WATERMARK_KEYS:
        raise ValueError(
            f"expected at most {MOST_WATERMARK_KEYS} watermark keys, found {len(keys.watermark_keys)}"
        )
