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

_ENTRY = re.compile(rb"/AIGC\s{0,64}+(?=[(<]|(\d{1,10}) (\d{1,5}) R)")
_OBJECT_START = re.compile(rb" obj\s{0,64}(?=[(<])")
_STREAM = re.compile(rb"stream\r?\n")
_PACKET = re.compile(rb"<x:x[am]pmeta[\s>]")
_PACKET_ENDS = (b"</x:xmpmeta>", b"</x:xapmeta>")
_SIGN = re.compile(rb"\\[\s\S]|[()]")
_DEPTHS = {b"(": 1, b")": -1}
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
        start = _object(data, b"%s %s" % (match[1], match[2]))
        yield Carrier("pdf:Info:AIGC", _string(data, start) if start else "")


def _object(data: bytes, reference: bytes) -> int:
    """Return where the string of an object begins, told by the numbers in front of it; 0 if there is none."""
    place = data.find(b"\n" + reference + b" obj")
    start = _OBJECT_START.match(data, place + 1 + len(reference)) if place >= 0 else None
    return start.end() if start is not None else 0


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
    window = data[start : start + LONGEST_VALUE_BYTES]
    raw = _literal(window) if window[:1] == b"(" else _hexadecimal(window)
    if raw.startswith(b"\xfe\xff"):
        return decoded(raw[2:], "utf-16-be")
    return decoded(raw)


def _hexadecimal(window: bytes) -> bytes:
    digits = bytes(byte for byte in window[1:].partition(b">")[0] if byte in b"0123456789abcdefABCDEF")
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


def _literal(window: bytes) -> bytes:
    depth, stop = 0, len(window)
    for sign in _SIGN.finditer(window):
        depth += _DEPTHS.get(sign[0], 0)
        if depth == 0:
            stop = sign.start()
            break
    return _ESCAPE.sub(_unescaped, window[1:stop])


def _unescaped(match: re.Match[bytes]) -> bytes:
    if match[1] is not None:
        return bytes((int(match[1], 8) & 0xFF,))
    return _ESCAPED.get(match[2], match[2])
