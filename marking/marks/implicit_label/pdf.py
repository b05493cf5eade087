"""Labels in PDF files (TC260-PG-20258A, 6.3): the entry ``/AIGC`` of the document information, and XMP packets.

A file is not followed along its cross-references, which damage and revisions break, but searched: its plain
objects, and the object streams that may hold the dictionary since PDF 1.5 (ISO 32000-2, 7.5.7).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import islice

from marking.marks.implicit_label.carrier import LONGEST_VALUE_BYTES, Carrier, Fault, Found, decoded
from marking.marks.implicit_label.xmp import LARGEST_PACKET

SIGNATURE = b"%PDF-"
MOST_STREAMS = 64
"""Object streams that are looked for."""
LARGEST_STREAM = 1 << 20
"""Bytes of an object stream that are looked at, unpacked."""
LONGEST_DICTIONARY = 512
"""Bytes behind the name of its type in which a stream is looked for."""

_ENTRY = re.compile(rb"/AIGC\s{0,64}(?=[(<]|(\d{1,10})\s{1,8}\d{1,5}\s{1,8}R)", re.IGNORECASE)
_STREAM = re.compile(rb"stream\r?\n")
_PACKET = re.compile(rb"<x:x[am]pmeta[\s>]")
_PACKET_ENDS = (b"</x:xmpmeta>", b"</x:xapmeta>")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|[\s\S]))")
_ESCAPED = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"b": b"\b",
    b"f": b"\f",
    b"\n": b"",
    b"\r": b"",
    b"\r\n": b"",
}


def is_pdf(data: bytes) -> bool:
    """Whether ``data`` begins as a PDF file does."""
    return data.startswith(SIGNATURE)


def carriers(data: bytes) -> Iterator[Found]:
    """Yield the labels' texts and XMP packets of ``data``, and the faults ``truncated_container`` and ``encrypted``."""
    if b"%%EOF" not in data[-1024:]:
        yield Fault("truncated_container")
    if b"/Encrypt" in data:
        yield Fault("encrypted")
    yield from _entries(data, data)
    for objects in _object_streams(data):
        yield from _entries(objects, data)
    for start in (match.start() for match in _PACKET.finditer(data)):
        yield Carrier("pdf:xmp", _packet(data, start))


def _entries(objects: bytes, data: bytes) -> Iterator[Carrier]:
    """Yield the strings of the entries in ``objects``; one that is a reference stands in ``data``."""
    for match in _ENTRY.finditer(objects):
        if match[1] is None:
            yield Carrier("pdf:Info:AIGC", _string(objects, match.end()))
            continue
        target = re.search(rb"(?<!\d)" + match[1] + rb"\s{1,8}\d{1,5}\s{1,8}obj\s{0,64}(?=[(<])", data)
        yield Carrier("pdf:Info:AIGC", _string(data, target.end()) if target else "")


def _object_streams(data: bytes) -> Iterator[bytes]:
    for named in islice(re.finditer(rb"/ObjStm\b", data), MOST_STREAMS):
        begun = _STREAM.search(data, named.end(), named.end() + LONGEST_DICTIONARY)
        if begun is not None:
            yield _unpacked(data[begun.end() : begun.end() + LARGEST_STREAM])


def _unpacked(packed: bytes) -> bytes:
    """Return the beginning of an unpacked stream; empty if it is packed by another method or damaged."""
    try:
        return zlib.decompressobj().decompress(packed, LARGEST_STREAM)
    except zlib.error:
        return b""


def _packet(data: bytes, start: int) -> bytes:
    window = data[start : start + LARGEST_PACKET + 1]
    ends = [window.find(end) + len(end) for end in _PACKET_ENDS if end in window]
    return window[: min(ends)] if ends else window


def _string(data: bytes, start: int) -> str:
    """Return the text string that begins at ``start``, literal or in hexadecimal digits (ISO 32000-2, 7.3.4)."""
    window = data[start : start + 2 * LONGEST_VALUE_BYTES]
    raw = _literal(window) if window[:1] == b"(" else _hexadecimal(window)
    if raw.startswith(b"\xfe\xff"):
        return decoded(raw[2:], "utf-16-be")
    return decoded(raw)


def _hexadecimal(window: bytes) -> bytes:
    digits = bytes(byte for byte in window[1:].partition(b">")[0] if byte in b"0123456789abcdefABCDEF")
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _literal(window: bytes) -> bytes:
    depth, escaped = 0, False
    for place, byte in enumerate(window):
        if escaped:
            escaped = False
        elif byte == 0x5C:
            escaped = True
        elif byte == 0x28:
            depth += 1
        elif byte == 0x29:
            depth -= 1
            if depth == 0:
                return _ESCAPE.sub(_unescaped, window[1:place])
    return _ESCAPE.sub(_unescaped, window[1:])


def _unescaped(match: re.Match[bytes]) -> bytes:
    if match[1] is not None:
        return bytes((int(match[1], 8) & 0xFF,))
    return _ESCAPED.get(match[2], match[2])
