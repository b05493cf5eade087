"""Keys of blind indexes, each with a version, so that two are valid while one takes the other's place. Pure."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

KEY_BYTES = 32
LAST_VERSION = 32767


@dataclass(frozen=True)
class IndexKey:
    """A key of 32 bytes and the number, 1 to 32767, by which rows name it."""

    version: int
    key: bytes = field(repr=False)

    @classmethod
    def new(cls, version: int) -> IndexKey:
        """A random key."""
        return cls(version, secrets.token_bytes(KEY_BYTES))

    @classmethod
    def read(cls, text: str) -> IndexKey:
        """From ``"2 6f1c…"``. Raises ``ValueError``."""
        version, _, key = text.partition(" ")
        if not version.isascii() or not version.isdigit() or not 1 <= int(version) <= LAST_VERSION:
            raise ValueError(f"an index key starts with its version, 1 to {LAST_VERSION}, and a space")
        if len(bytes.fromhex(key)) != KEY_BYTES:
            raise ValueError(f"an index key has {KEY_BYTES} bytes in hex")
        return cls(int(version), bytes.fromhex(key))

    def write(self) -> str:
        """What :meth:`read` reads."""
        return f"{self.version} {self.key.hex()}"


def read_all(texts: Iterable[str]) -> tuple[IndexKey, ...]:
    """Keys, the newest first. Raises ``ValueError`` where versions do not fall."""
    keys = tuple(IndexKey.read(text) for text in texts)
    versions = [key.version for key in keys]
    if versions != sorted(set(versions), reverse=True):
        raise ValueError("the versions of index keys fall from the first to the last")
    return keys
