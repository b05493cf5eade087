"""Labels in FLAC and Ogg files (TC260-PG-202510A): the comment ``AIGC=`` (RFC 9639, 8.6; RFC 7845, 5.2; Vorbis I, 5)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from marking.marks.implicit_label.carrier import (
    LONGEST_VALUE_BYTES,
    Carrier,
    Fault,
    Found,
    decoded,
    names_label,
)

FLAC, OGG = b"fLaC", b"OggS"
MOST_COMMENTS = 4096
MOST_BLOCKS = 1024
"""Metadata blocks of a FLAC file that are looked at."""
MOST_PAGES = 1024
"""Pages of an Ogg file that are looked at; comments stand in the first, pictures among them take some hundred."""
LARGEST_PACKET = 16 << 20
"""Bytes of one Ogg packet that are put together."""
HEADER_PACKETS = 3
"""Packets of a stream that are looked at: identification, comment, setup."""

_COMMENT_BLOCK, _LAST_BLOCK = 4, 0x80
_PAGE_HEADER = 27
_COMMENT_STARTS = (b"\x03vorbis", b"OpusTags", b"\x81theora", b"OVP80\x02 ")
"""What the comment packet of a stream begins with; that of FLAC is a metadata block."""


def is_flac(data: bytes) -> bool:
    """Whether ``data`` begins as a FLAC file does."""
    return data.startswith(FLAC)


def is_ogg(data: bytes) -> bool:
    """Whether ``data`` begins with a page of Ogg (RFC 3533)."""
    return data.startswith(OGG)


def flac_carriers(data: bytes) -> Iterator[Found]:
    """Yield the labels' texts and faults of a FLAC file."""
    position, is_last = len(FLAC), False
    for _ in range(MOST_BLOCKS):
        if is_last:
            return
        if position + 4 > len(data):
            break
        kind, length = data[position], int.from_bytes(data[position + 1 : position + 4], "big")
        if kind & ~_LAST_BLOCK == _COMMENT_BLOCK:
            yield from _in_comments(data[position + 4 : position + 4 + length], "flac")
        position, is_last = position + 4 + length, bool(kind & _LAST_BLOCK)
        if position > len(data):
            break
    yield Fault("truncated_container")


def ogg_carriers(data: bytes) -> Iterator[Found]:
    """Yield the labels' texts and faults of an Ogg file: Vorbis, Opus, FLAC, Theora or VP8."""
    for packet in _packets(data):
        if isinstance(packet, Fault):
            yield packet
            continue
        start = next((start for start in _COMMENT_STARTS if packet.startswith(start)), None)
        if start is not None:
            yield from _in_comments(packet[len(start) :], "ogg")
        elif packet[:1] in (b"\x04", b"\x84") and int.from_bytes(packet[1:4], "big") == len(packet) - 4:
            yield from _in_comments(packet[4:], "ogg")


def _in_comments(block: bytes, family: str) -> Iterator[Found]:
    """Yield the labels of a comment header: the writer's name, then how many comments, each with its length."""
    position = 4 + int.from_bytes(block[:4], "little")
    count = int.from_bytes(block[position : position + 4], "little")
    position += 4
    for _ in range(min(count, MOST_COMMENTS)):
        length = int.from_bytes(block[position : position + 4], "little")
        stop = position + 4 + length
        if stop > len(block) or position + 4 > len(block):
            yield Fault("damaged_container")
            return
        name, _, text = block[position + 4 : min(stop, position + LONGEST_VALUE_BYTES)].partition(b"=")
        if names_label(decoded(name)):
            yield Carrier(f"{family}:comment:AIGC", decoded(text))
        position = stop


def _packets(data: bytes) -> Iterator[bytes | Fault]:
    """Yield the first packets of every stream, put together from their pages."""
    begun: dict[bytes, bytearray] = {}
    counts: dict[bytes, int] = {}
    for stream, pieces in islice(_pages(data), MOST_PAGES):
        for piece, is_end in pieces:
            packet = begun.setdefault(stream, bytearray())
            if counts.get(stream, 0) < HEADER_PACKETS and len(packet) <= LARGEST_PACKET:
                packet += piece
            if is_end:
                counts[stream] = counts.get(stream, 0) + 1
                if counts[stream] <= HEADER_PACKETS:
                    yield bytes(packet)
                packet.clear()
    if not counts or min(counts.get(stream, 0) for stream in begun) < HEADER_PACKETS - 1:
        yield Fault("truncated_container")


def _pages(data: bytes) -> Iterator[tuple[bytes, list[tuple[bytes, bool]]]]:
    """Yield the stream of each page and its pieces of packets, and whether a packet ends with each (RFC 3533, 6)."""
    position = 0
    while data[position : position + 4] == OGG and position + _PAGE_HEADER <= len(data):
        lengths = data[position + _PAGE_HEADER : position + _PAGE_HEADER + data[position + 26]]
        stream, position = data[position + 14 : position + 18], position + _PAGE_HEADER + len(lengths)
        pieces = []
        for length in lengths:
            pieces.append((data[position : position + length], length < 255))
            position += length
        yield stream, pieces
