"""Labels in FLV files (TC260-PG-20257A): the property AIGC of ``onMetaData`` (Adobe FLV 10.1, annex E; AMF0)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice

from marking.marks.implicit_label.carrier import Carrier, Fault, Found, decoded, names_label

SIGNATURE = b"FLV"
SCRIPT_TAG, TAG_HEADER = 18, 11
MOST_TAGS = 4096
"""Tags that are looked at; ``onMetaData`` stands among the first."""
LARGEST_SCRIPT = 1 << 20
"""Bytes of one script tag that are looked at."""
MOST_VALUES = 16_384
"""Values of one script tag that are looked at; lists of key frames have a few thousand."""
DEEPEST_VALUE = 16
EVENT = "onMetaData"

_NUMBER, _BOOLEAN, _STRING, _OBJECT, _REFERENCE = 0, 1, 2, 3, 7
_ECMA_ARRAY, _OBJECT_END, _STRICT_ARRAY, _DATE, _LONG_STRING = 8, 9, 10, 11, 12
_FIXED = {_NUMBER: 8, _BOOLEAN: 1, 5: 0, 6: 0, _REFERENCE: 2, _DATE: 10}
"""Bytes of the values without a length of their own; 5 and 6 are null and undefined."""


class _Malformed(ValueError):
    """The values are not AMF0, or more or deeper than are looked at."""


class _Values:
    """AMF0 values in ``data``, read one after another."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0
        self._left = MOST_VALUES

    def take(self, count: int) -> bytes:
        value = self._data[self._position : self._position + count]
        if len(value) < count:
            raise _Malformed("cut off")
        self._position += count
        return value

    def string(self, width: int = 2) -> str:
        return decoded(self.take(int.from_bytes(self.take(width), "big")))

    def value(self, depth: int = DEEPEST_VALUE) -> str:
        """Return the next value if it is a string, else "" after passing over it."""
        self._left -= 1
        if depth == 0 or self._left < 0:
            raise _Malformed("too deep or too many")
        kind = self.take(1)[0]
        if kind in (_STRING, _LONG_STRING):
            return self.string(2 if kind == _STRING else 4)
        if kind in (_OBJECT, _ECMA_ARRAY):
            for _ in self.properties(kind, depth):
                pass
        elif kind == _STRICT_ARRAY:
            for _ in range(int.from_bytes(self.take(4), "big")):
                self.value(depth - 1)
        elif kind in _FIXED:
            self.take(_FIXED[kind])
        else:
            raise _Malformed("unknown kind")
        return ""

    def properties(self, kind: int, depth: int = DEEPEST_VALUE) -> Iterator[tuple[str, str]]:
        """Yield names and texts of an object's properties up to its end mark; "" for what is no string."""
        if kind == _ECMA_ARRAY:
            self.take(4)
        while self._data[self._position : self._position + 3] != bytes((0, 0, _OBJECT_END)):
            name = self.string()
            yield name, self.value(depth - 1)
        self.take(3)


def is_flv(data: bytes) -> bool:
    """Whether ``data`` begins as an FLV file does."""
    return data.startswith(SIGNATURE) and len(data) >= 9


def carriers(data: bytes) -> Iterator[Found]:
    """Yield the labels' texts in ``data``, and the faults ``truncated_container`` and ``damaged_container``."""
    for kind, body, is_whole in islice(_tags(data), MOST_TAGS):
        if kind == SCRIPT_TAG:
            yield from _in_script(body)
        if not is_whole:
            yield Fault("truncated_container")


def _tags(data: bytes) -> Iterator[tuple[int, bytes, bool]]:
    (position,) = struct.unpack_from(">I", data, 5)
    position += 4  # the size of no tag before the first
    while position + TAG_HEADER <= len(data):
        kind, size = data[position] & 0x1F, int.from_bytes(data[position + 1 : position + 4], "big")
        start, end = position + TAG_HEADER, position + TAG_HEADER + size
        yield kind, data[start : min(end, start + LARGEST_SCRIPT)], end <= len(data)
        position = end + 4
    if position < len(data):
        yield 0, b"", False


def _in_script(body: bytes) -> Iterator[Found]:
    values = _Values(body)
    try:
        if values.value() != EVENT:
            return
        for name, text in values.properties(values.take(1)[0]):
            if names_label(name):
                yield Carrier("flv:onMetaData:AIGC", text)
    except _Malformed:
        yield Fault("damaged_container")
