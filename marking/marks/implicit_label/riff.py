"""Labels in WAV and AVI files (TC260-PG-20257A, 202510A): a chunk AIGC, alone or in ``LIST/INFO``, XMP, ID3."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from marking.marks.implicit_label import id3
from marking.marks.implicit_label.carrier import LONGEST_VALUE_BYTES, Carrier, Fault, Found, decoded
from marking.marks.implicit_label.xmp import LARGEST_PACKET

FORMS = {b"WAVE": "wav", b"AVI ": "avi"}
MOST_CHUNKS = 65_536
"""Chunks of one level that are looked at."""
INFO_LIST = b"INFO"


@dataclass(frozen=True)
class Chunk:
    """A chunk by its name and the place of its content; cut to what holds it if it claims more."""

    name: bytes
    body: int
    stop: int
    is_whole: bool


def is_riff(data: bytes) -> bool:
    """Whether ``data`` begins as a WAV or AVI file does."""
    return data[:4] == b"RIFF" and data[8:12] in FORMS


def carriers(data: bytes) -> Iterator[Found]:
    """Yield the labels' texts, XMP packets and faults of ``data``."""
    form = FORMS[data[8:12]]
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        yield Fault("truncated_container")
    for chunk in _chunks(data, 12, min(end, len(data))):
        if not chunk.is_whole:
            yield Fault("truncated_container")
        yield from _in_chunk(data, chunk, form)


def _in_chunk(data: bytes, chunk: Chunk, form: str) -> Iterator[Found]:
    if chunk.name == b"LIST" and data[chunk.body : chunk.body + 4] == INFO_LIST:
        for inner in _chunks(data, chunk.body + 4, chunk.stop):
            if inner.name.upper() == b"AIGC":
                yield Carrier(f"{form}:INFO:AIGC", _text(data, inner))
    elif chunk.name.upper() == b"AIGC":
        yield Carrier(f"{form}:AIGC", _text(data, chunk))
    elif chunk.name == b"_PMX":  # XMP part 3, 1.2.1 and 1.2.9
        yield Carrier(f"{form}:_PMX:xmp", data[chunk.body : min(chunk.stop, chunk.body + LARGEST_PACKET + 1)])
    elif chunk.name.lower() == b"id3 " and id3.is_id3(data[chunk.body : chunk.body + 10]):
        yield from id3.carriers(data[chunk.body : min(chunk.stop, chunk.body + id3.LARGEST_TAG)])


def _text(data: bytes, chunk: Chunk) -> str:
    return decoded(data[chunk.body : min(chunk.stop, chunk.body + LONGEST_VALUE_BYTES)])


def _chunks(data: bytes, position: int, stop: int) -> Iterator[Chunk]:
    return islice(_all_chunks(data, position, stop), MOST_CHUNKS)


def _all_chunks(data: bytes, position: int, stop: int) -> Iterator[Chunk]:
    while position + 8 <= stop:
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        end = position + 8 + length
        yield Chunk(data[position : position + 4], position + 8, min(end, stop), is_whole=end <= stop)
        position = end + length % 2
