"""Canonical JSON: one value, one sequence of bytes (RFC 8785). Pure.

Only the part of JSON that the log uses: text, whole numbers, truth values, null, arrays and objects.
Fractions are refused, so that nothing hangs on how a language prints them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, TypeAlias

JSON: TypeAlias = "bool | int | str | Sequence[JSON] | Mapping[str, JSON] | None"

# RFC 7493 section 2.2: what every JSON reader can hold without loss.
LARGEST_INTEGER = 2**53 - 1
# Far deeper than any record; it keeps a hostile entry from exhausting the stack.
DEEPEST_NESTING = 32

_quote = json.encoder.encode_basestring


class NotCanonical(ValueError):
    """A value that has no canonical form here, or bytes that are not one. Says what was found."""


def canonical(value: JSON) -> bytes:
    """The canonical form of ``value`` in UTF-8 (RFC 8785 section 3.2).

    Raises :class:`NotCanonical` for fractions, integers beyond ±(2⁵³ − 1), unpaired surrogates, keys that
    are not text, nesting deeper than 32, and any other Python type.
    """
    try:
        return _write(value, DEEPEST_NESTING).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical("expected text without unpaired surrogates") from error


def parse(data: bytes) -> JSON:
    """The value whose canonical form is exactly ``data``. Raises :class:`NotCanonical` for anything else."""
    try:
        value: JSON = json.loads(data.decode("utf-8"), parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(f"expected canonical JSON: {error}") from error
    if canonical(value) != data:
        raise NotCanonical("expected canonical JSON, found another spelling of the same value")
    return value


def _refuse(number: str) -> NoReturn:
    raise NotCanonical(f"expected whole numbers only, found {number[:40]}")


def _write(value: Any, depth: int) -> str:
    if depth < 0:
        raise NotCanonical(f"expected nesting of at most {DEEPEST_NESTING}")
    if isinstance(value, str):
        return _quote(str(value))
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return _write_integer(value)
    if isinstance(value, list | tuple):
        return "[" + ",".join(_write(each, depth - 1) for each in value) + "]"
    if isinstance(value, Mapping):
        return _write_object(value, depth)
    raise NotCanonical(f"expected text, a whole number, a list or an object, found {type(value).__name__}")


def _write_integer(value: int) -> str:
    if abs(value) > LARGEST_INTEGER:
        raise NotCanonical(
            f"expected an integer within ±{LARGEST_INTEGER}, found one of {value.bit_length()} bits"
        )
    return int.__repr__(value)


def _write_object(value: Mapping[Any, Any], depth: int) -> str:
    for key in value:
        if not isinstance(key, str):
            raise NotCanonical(f"expected keys that are text, found {type(key).__name__}")
    order = None if "".join(value).isascii() else _utf16
    members = [(key, value[key]) for key in sorted(value, key=order)]
    return "{" + ",".join(f"{_quote(str(key))}:{_write(each, depth - 1)}" for key, each in members) + "}"


def _utf16(key: str) -> bytes:
    """The order of keys: by UTF-16 code units (RFC 8785 section 3.2.3). Big-endian bytes sort alike."""
    return key.encode("utf-16-be")
