"""The first directory of a TIFF file (TIFF 6.0; orientation and profile: Adobe's and ICC.1:2022 annex B.5)."""

from __future__ import annotations

import struct
from typing import NamedTuple

from marking.media.exif import CENTIMETRES_PER_INCH, Density, checked_density
from marking.media.refusal import Refused
from marking.media.structure import (
    MAX_CHUNKS,
    MAX_PROFILE_BYTES,
    MAX_XMP_BYTES,
    FileBytes,
    Structure,
    count_chunk,
)

_SUBFILE, _WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC = 0x00FE, 0x0100, 0x0101, 0x0102, 0x0106
_ORIENTATION, _SAMPLE_FORMAT, _XMP, _ICC, _DNG = 0x0112, 0x0153, 0x02BC, 0x8773, 0xC612
_STRIPS, _TILES = 0x0111, 0x0144
_LENGTHS = {_STRIPS: 0x0117, _TILES: 0x0145}
_ACROSS, _DOWN, _UNIT, _INCH = 0x011A, 0x011B, 0x0128, 2
_SHORT, _LONG, _RATIONAL = 3, 4, 5
# Bytes of a value by its type (section 2, "Types"); 13 is IFD.
_VALUE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_REDUCED, _MASK = 1, 4  # bits of NewSubfileType
_UNSIGNED = 1
_BIT_DEPTHS = frozenset({1, 2, 4, 8, 16})
# White or black is zero, RGB, palette, CMYK, YCbCr.
_PHOTOMETRICS = frozenset({0, 1, 2, 3, 5, 6})
_MAX_PAGES = 1024


class _Entry(NamedTuple):
    kind: int
    length: int
    start: int
    stop: int


_Directory = dict[int, _Entry]


def read_tiff(data: FileBytes) -> Structure:
    """Take a TIFF apart. Raises Refused for a file cut short, several pages, and samples that are no 8 or 16 bits.

    Masks and smaller versions of the picture in further directories are left aside.
    """
    order = "<" if data[:2] == b"II" else ">"
    first, further = _pages(data, order)
    _require_one_page(data, order, further)
    _require_whole(data, order, first)
    width, height = (_number(data, order, first, tag, 0) for tag in (_WIDTH, _HEIGHT))
    depth = _require_plain_samples(data, order, first)
    orientation = _number(data, order, first, _ORIENTATION, 1)
    return Structure(
        width=width,
        height=height,
        frames=1,
        pixel_spans=((0, len(data)),),
        orientation=orientation if 1 <= orientation <= 8 else 1,
        bit_depth=depth,
        icc_profile=_profile(data, first.get(_ICC)),
        xmp=_body(data, first.get(_XMP), MAX_XMP_BYTES),
        density=_density(data, order, first),
        decoder_turns=True,
    )


def _pages(data: FileBytes, order: str) -> tuple[_Directory, list[_Directory]]:
    """The chain of directories. It may lead in a circle, which ends it."""
    if len(data) < 8:
        raise Refused("truncated", reason="its header is cut off")
    (offset,) = struct.unpack(order + "I", data[4:8])
    pages: list[_Directory] = []
    seen: set[int] = set()
    entries = 0
    while offset and offset not in seen and len(pages) < _MAX_PAGES:
        seen.add(offset)
        page, offset = _directory(data, order, offset)
        pages.append(page)
        entries += len(page)
        count_chunk(entries)
    if not pages or not ({_STRIPS, _TILES} & pages[0].keys()):
        raise Refused("unreadable", reason="there is no picture in it")
    return pages[0], pages[1:]


def _directory(data: FileBytes, order: str, offset: int) -> tuple[_Directory, int]:
    """The entries of one directory by their tags, and where the next one stands."""
    (count,) = _unpacked(data, order, "H", offset)
    stop = offset + 2 + 12 * count
    (following,) = _unpacked(data, order, "I", stop)
    directory: _Directory = {}
    for at in range(offset + 2, stop, 12):
        tag, kind, length, value = struct.unpack(order + "HHII", data[at : at + 12])
        size = length * _VALUE_BYTES.get(kind, 1)
        start = at + 8 if size <= 4 else value
        directory.setdefault(tag, _Entry(kind, length, start, start + size))
    return directory, int(following)


def _unpacked(data: FileBytes, order: str, form: str, offset: int) -> tuple[int, ...]:
    size = struct.calcsize(order + form)
    if offset + size > len(data):
        raise Refused("truncated", reason="one of its parts is cut off")
    return struct.unpack(order + form, data[offset : offset + size])


def _numbers(data: FileBytes, order: str, entry: _Entry | None, most: int = 16) -> tuple[int, ...]:
    """The values of an entry of short or long numbers, the first ``most``; none for any other."""
    if entry is None or entry.kind not in (_SHORT, _LONG):
        return ()
    letter = "H" if entry.kind == _SHORT else "I"
    return _unpacked(data, order, f"{min(entry.length, most)}{letter}", entry.start)


def _number(data: FileBytes, order: str, directory: _Directory, tag: int, default: int) -> int:
    return next(iter(_numbers(data, order, directory.get(tag))), default)


def _require_whole(data: FileBytes, order: str, first: _Directory) -> None:
    """Refuse a picture whose strips or tiles reach behind the end of the file: no decoder is needed to see that."""
    for tag, lengths in _LENGTHS.items():
        starts = _numbers(data, order, first.get(tag), MAX_CHUNKS)
        spans = zip(starts, _numbers(data, order, first.get(lengths), MAX_CHUNKS), strict=False)
        if any(start + length > len(data) for start, length in spans):
            raise Refused("truncated", reason="part of its picture data is missing")


def _density(data: FileBytes, order: str, first: _Directory) -> Density | None:
    """Pixels per inch (section 8, "Physical dimensions"); None where they only say the shape of a pixel."""
    unit = _number(data, order, first, _UNIT, _INCH)
    scale = {_INCH: 1.0, 3: CENTIMETRES_PER_INCH}.get(unit)
    ratios = [_ratio(data, order, first.get(tag)) for tag in (_ACROSS, _DOWN)]
    return None if scale is None else checked_density(ratios[0] * scale, ratios[1] * scale)


def _ratio(data: FileBytes, order: str, entry: _Entry | None) -> float:
    """The first value of an entry of fractions; 0 for any other, and for one outside the file."""
    if entry is None or entry.kind != _RATIONAL or entry.length < 1 or entry.start + 8 > len(data):
        return 0.0
    numerator, denominator = _unpacked(data, order, "II", entry.start)
    return numerator / denominator if denominator else 0.0


def _require_one_page(data: FileBytes, order: str, further: list[_Directory]) -> None:
    others = sum(
        not _number(data, order, page, _SUBFILE, 0) & (_REDUCED | _MASK)
        for page in further
        if {_STRIPS, _TILES} & page.keys()
    )
    if others:
        raise Refused("several_pages", pages=1 + others)


def _require_plain_samples(data: FileBytes, order: str, first: _Directory) -> int:
    """Return the bits of a sample. Refuses what no viewer shows in one way: raw, float and signed samples."""
    if _DNG in first or _number(data, order, first, _SUBFILE, 0) & _REDUCED:
        raise Refused("unsupported_variant", format="TIFF", reason="it is the raw file of a camera")
    depths = _numbers(data, order, first.get(_BITS)) or (1,)
    formats = set(_numbers(data, order, first.get(_SAMPLE_FORMAT))) or {_UNSIGNED}
    if not set(depths) <= _BIT_DEPTHS or formats != {_UNSIGNED}:
        raise Refused(
            "unsupported_variant",
            format="TIFF",
            reason="whole numbers of 1 to 16 bits a sample were expected",
        )
    if _number(data, order, first, _PHOTOMETRIC, 1) not in _PHOTOMETRICS:
        raise Refused("unsupported_variant", format="TIFF", reason="grey, RGB, CMYK or YCbCr was expected")
    return max(depths)


def _body(data: FileBytes, entry: _Entry | None, limit: int) -> bytes | None:
    """The bytes of an entry; None when it is absent, cut off or longer than ``limit``."""
    if entry is None or entry.stop > len(data) or entry.stop - entry.start > limit:
        return None
    return data[entry.start : entry.stop]


def _profile(data: FileBytes, entry: _Entry | None) -> bytes | None:
    if entry is not None and entry.stop - entry.start > MAX_PROFILE_BYTES:
        raise Refused("metadata_too_large", limit=MAX_PROFILE_BYTES)
    return _body(data, entry, MAX_PROFILE_BYTES)
