"""What stands behind the end of a picture, where nothing belongs and some writers and readers go all the same.

Looked for are XMP packets (XMP part 1, 7.1) and the text of a label by itself; the end of the trailer beyond
`LARGEST_TRAILER` is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from marking.marks.implicit_label.carrier import decoded
from marking.marks.implicit_label.parsing import claims_label
from marking.marks.implicit_label.xmp import LARGEST_PACKET, read_packet

LARGEST_TRAILER = 4 << 20
"""Bytes behind the end that are looked at. A second picture, a depth map or a short film may stand there as well."""
MOST_PACKETS = 4
_ROOTS = ((b"<x:xmpmeta", b"</x:xmpmeta>"), (b"<rdf:RDF", b"</rdf:RDF>"))
_BLANKS = b"\0 \t\r\n"


@dataclass(frozen=True)
class Leftover:
    """A packet or the text of a label, and where it begins and ends in the trailer."""

    content: bytes
    start: int
    stop: int
    is_packet: bool


def leftovers(trailer: bytes) -> tuple[Leftover, ...]:
    """Return the packets of a trailer, or if it has none the text of a label that it begins with. Never raises."""
    looked_at = trailer[:LARGEST_TRAILER]
    packets = tuple(_packets(looked_at))
    return packets or tuple(_text(looked_at))


def blanked(trailer: bytes) -> bytes:
    """Return the trailer with its labels replaced by spaces, each with its packet; no byte moves.

    Other packets stay: a gain map has one of its own. So do those longer than are read.
    """
    written = bytearray(trailer)
    for each in leftovers(trailer):
        if not each.is_packet or _holds_label(each.content):
            written[each.start : each.stop] = b" " * (each.stop - each.start)
    return bytes(written)


def _holds_label(packet: bytes) -> bool:
    return len(packet) <= LARGEST_PACKET and bool(read_packet(packet).texts)


def _packets(trailer: bytes) -> Iterator[Leftover]:
    position = 0
    opening, closing = next((pair for pair in _ROOTS if pair[0] in trailer), _ROOTS[0])
    for _ in range(MOST_PACKETS):
        start = trailer.find(opening, position)
        stop = trailer.find(closing, start) + len(closing)
        if start < 0 or stop < start:
            return
        yield Leftover(trailer[start:stop], start, stop, is_packet=True)
        position = stop


def _text(trailer: bytes) -> Iterator[Leftover]:
    start = len(trailer) - len(trailer.lstrip(_BLANKS))
    end = trailer.find(b"\0", start)
    stop = end if end >= 0 else len(trailer)
    if claims_label(decoded(trailer[start:stop])):
        yield Leftover(trailer[start:stop], start, stop, is_packet=False)
