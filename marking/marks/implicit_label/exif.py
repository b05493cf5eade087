"""The ``UserComment`` of an EXIF block (CIPA DC-008-2023, 4.6.2 and 4.6.6): read it, blank it."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Literal

EXIF_POINTER, USER_COMMENT = 0x8769, 0x9286
UNDEFINED = 7
CODE_LENGTH = 8
"""Bytes of the character code that begins every ``UserComment``."""


@dataclass(frozen=True)
class UserComment:
    """The text of a comment, and where its bytes (behind the character code) lie in the EXIF block."""

    text: str
    start: int
    stop: int


def user_comment(tiff: bytes) -> UserComment | None:
    """Return the ``UserComment`` of an EXIF block that begins with its TIFF header; ``None`` if there is none."""
    byte_order = _byte_order(tiff)
    if byte_order is None:
        return None
    try:
        return _find_comment(tiff, byte_order)
    except struct.error:  # an offset points outside the block
        return None


def blanked(tiff: bytes, comment: UserComment) -> bytes:
    """Return the block with the text of ``comment`` replaced by NULs; no other byte or offset changes."""
    return tiff[: comment.start] + bytes(comment.stop - comment.start) + tiff[comment.stop :]


def _byte_order(tiff: bytes) -> Literal["<", ">"] | None:
    if tiff[:4] == b"II*\0":
        return "<"
    return ">" if tiff[:4] == b"MM\0*" else None


def _find_comment(tiff: bytes, order: str) -> UserComment | None:
    (first_directory,) = struct.unpack_from(order + "I", tiff, 4)
    pointer = _entry(tiff, order, first_directory, EXIF_POINTER)
    if pointer is None:
        return None
    entry = _entry(tiff, order, pointer[2], USER_COMMENT)
    if entry is None or entry[0] != UNDEFINED or entry[1] <= CODE_LENGTH:
        return None
    start, stop = entry[2], entry[2] + entry[1]
    if stop > len(tiff):
        return None
    return UserComment(_decoded(tiff[start:stop], order), start + CODE_LENGTH, stop)


def _entry(tiff: bytes, order: str, directory: int, tag: int) -> tuple[int, int, int] | None:
    """Return (type, count, value or offset) of ``tag`` in the directory at an offset; ``None`` if absent."""
    (count,) = struct.unpack_from(order + "H", tiff, directory)
    for number in range(count):
        found, type_, length, value = struct.unpack_from(order + "HHII", tiff, directory + 2 + 12 * number)
        if found == tag:
            return type_, length, value
    return None


def _decoded(value: bytes, order: str) -> str:
    code, body = value[:CODE_LENGTH], value[CODE_LENGTH:]
    if code == b"UNICODE\0":
        return body.decode("utf-16-le" if order == "<" else "utf-16-be", errors="replace").strip("\0 ")
    return body.decode("utf-8", errors="replace").strip("\0 ")
