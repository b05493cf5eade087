"""Work numbers: one random 48-bit name for one work, everywhere. Pure.

Random, never sequential, so that nobody can walk the registry. Written as ten characters of Crockford
base32 (https://www.crockford.com/base32.html) in addresses, in ``ProduceID`` and in the API.
"""

from __future__ import annotations

import secrets

BITS = 48
LIMIT = 1 << BITS
LENGTH = 10
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Crockford: letters that look like digits are read as them.
_READ = {**{c: i for i, c in enumerate(ALPHABET)}, "I": 1, "L": 1, "O": 0}


def new_number() -> int:
    """A random work number in 1 … 2⁴⁸ − 1."""
    return 1 + secrets.randbelow(LIMIT - 1)


def write(number: int) -> str:
    """The ten characters of a work number in 1 … 2⁴⁸ − 1. Raises ValueError outside that range."""
    if not 0 < number < LIMIT:
        raise ValueError(f"expected a work number from 1 to 2^48 - 1, found {number}")
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(5 * (LENGTH - 1), -1, -5))


def sql(column: str) -> str:
    """SQL of what :func:`write` makes of a column, on SQLite and PostgreSQL alike."""
    shifts = range(5 * (LENGTH - 1), -1, -5)
    return " || ".join(
        f"substr('{ALPHABET}', CAST((({column} >> {shift}) & 31) + 1 AS integer), 1)" for shift in shifts
    )


def read(text: str) -> int:
    """The number that ten characters stand for; case and look-alikes are forgiven. Raises ValueError."""
    characters = text.upper()
    if len(characters) != LENGTH or any(c not in _READ for c in characters):
        raise ValueError(f"expected {LENGTH} characters of Crockford base32, found {text[:40]!r}")
    number = 0
    for character in characters:
        number = number << 5 | _READ[character]
    if not 0 < number < LIMIT:
        raise ValueError(f"expected a work number from 1 to 2^48 - 1, found {text!r}")
    return number
