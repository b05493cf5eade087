"""Filings that a provider has to show on every page, as its settings name them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST_NUMBER = 100


@dataclass(frozen=True)
class Filing:
    """The number of a filing, and the address where the authority publishes it."""

    number: str
    address: str


def read_filings(text: str) -> tuple[Filing, ...]:
    """Filings from ``NUMBER ADDRESS, NUMBER ADDRESS``. Empty: none. Raises ValueError for anything else."""
    return tuple(_filing(each.strip()) for each in text.split(",")) if text.strip() else ()


def _filing(text: str) -> Filing:
    number, _, address = text.rpartition(" ")
    parts = urlsplit(address)
    if not number.strip() or len(number) > LONGEST_NUMBER or parts.scheme != "https" or not parts.hostname:
        raise ValueError(
            "expected a number, a space and an https address for each filing, with commas between filings"
        )
    return Filing(number.strip(), address)
