"""Labels in Word, Excel and PowerPoint files (TC260-PG-20258A, 6.1): the property AIGC of ``docProps/custom.xml``."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from marking.marks.implicit_label.carrier import LONGEST_VALUE_BYTES, Carrier, Fault, Found, names_label
from marking.marks.implicit_label.shallow_xml import parse

SIGNATURE = b"PK\x03\x04"
PART = b"docProps/custom.xml"
LARGEST_PART = 1 << 20
"""Bytes of the part that are looked at, unpacked."""

_CENTRAL_HEADER, _LOCAL_HEADER = 46, 30  # PKWARE APPNOTE 6.3.10, 4.3.12 and 4.3.7
_STORED, _DEFLATED = 0, 8


def is_zip(data: bytes) -> bool:
    """Whether ``data`` begins as a ZIP archive does, which an OOXML file is."""
    return data.startswith(SIGNATURE)


def carriers(data: bytes) -> Iterator[Found]:
    """Yield the labels' texts in ``data``, and the faults ``truncated_container`` and ``damaged_text``."""
    if b"PK\x05\x06" not in data[-65_557:]:
        yield Fault("truncated_container")
    start = data.rfind(PART) - _CENTRAL_HEADER
    if start < 0 or data[start : start + 4] != b"PK\x01\x02":
        return
    part = _part(data, data[start : start + _CENTRAL_HEADER])
    document = None if part is None else parse(part.decode("utf-8", errors="replace"))
    if document is None:
        yield Fault("damaged_text")
        return
    for element in document.root.iter():
        if element.tag.rpartition("}")[2] == "property" and names_label(element.get("name", "")):
            yield Carrier("ooxml:custom:AIGC", "".join(element.itertext())[:LONGEST_VALUE_BYTES].strip())


def _part(data: bytes, entry: bytes) -> bytes | None:
    """Return the part that an entry of the central directory names; ``None`` if it cannot be unpacked."""
    method = int.from_bytes(entry[10:12], "little")
    packed_size = int.from_bytes(entry[20:24], "little")
    local = int.from_bytes(entry[42:46], "little")
    if data[local : local + 4] != SIGNATURE:
        return None
    names = (int.from_bytes(data[local + at : local + at + 2], "little") for at in (26, 28))
    body = local + _LOCAL_HEADER + sum(names)
    packed = data[body : body + min(packed_size, LARGEST_PART)]
    if method == _STORED:
        return packed
    return _inflated(packed) if method == _DEFLATED else None


def _inflated(packed: bytes) -> bytes | None:
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, LARGEST_PART)
    except zlib.error:
        return None
