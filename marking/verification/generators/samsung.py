"""The blocks that Samsung's camera and editor append to a JPEG file (as ExifTool's Samsung.pm reads them). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

TRAILER_END, DIRECTORY_START = b"SEFT", b"SEFH"
MOST_BLOCKS = 256
LARGEST_BLOCK = 1 << 20
"""Bytes of one block that are looked at."""
EDITS = "PhotoEditor_Re_Edit_Data"

_GENERATED = re.compile(rb'"?genAIType"?\s{0,8}:\s{0,8}(?!0\b)-?\d{1,9}')


def blocks(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the blocks behind a picture. Never raises; a broken directory ends early.

    The file ends with the length of a directory and its mark; an entry tells how far before the directory its block
    begins, and how long it is with its own header of kind and name.
    """
    if not data.endswith(TRAILER_END):
        return
    directory = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    if directory < 0 or data[directory : directory + 4] != DIRECTORY_START:
        return
    count = int.from_bytes(data[directory + 8 : directory + 12], "little")
    entries = range(directory + 12, min(directory + 12 + 12 * count, len(data) - 8), 12)
    for entry in islice(entries, MOST_BLOCKS):
        back, size = (int.from_bytes(data[entry + at : entry + at + 4], "little") for at in (4, 8))
        if 8 <= size <= back <= directory:
            start = directory - back
            yield _named(data[start : start + min(size, LARGEST_BLOCK)])


def was_generated(name: str, block: bytes) -> bool:
    """Whether a block says that Galaxy AI generated part of the picture: the editor's notes name a kind of it."""
    return name == EDITS and _GENERATED.search(block.replace(b'\\"', b'"')) is not None


def _named(block: bytes) -> tuple[str, bytes]:
    length = int.from_bytes(block[4:8], "little")
    return block[8 : 8 + min(length, 256)].decode("latin-1"), block[8 + length :]
