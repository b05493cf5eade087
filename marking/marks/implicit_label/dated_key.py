"""A key that labels are signed with, as the key file keeps it: its number and the day from which it is in use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Self

from marking.marks.implicit_label.sm2 import SigningKey


@dataclass(frozen=True)
class DatedKey:
    """A signing key, and the day (UTC) from which it signed; ``None`` if nobody wrote it down."""

    key: SigningKey
    since: date | None

    @classmethod
    def new(cls) -> Self:
        """Return a random key, in use from today."""
        return cls(SigningKey.new(), datetime.now(UTC).date())

    @classmethod
    def read(cls, text: str) -> Self:
        """Read 64 hex digits and, behind a space, a date such as 2026-01-31. Raises ``ValueError`` for anything else."""
        secret, _, since = text.partition(" ")
        return cls(SigningKey.from_hex(secret), date.fromisoformat(since) if since else None)

    def write(self) -> str:
        """Return the text that ``read`` takes."""
        return f"{self.key.to_hex()} {self.since}" if self.since else self.key.to_hex()
