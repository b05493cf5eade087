"""The fields of EXIF that a picture keeps: how it is turned, and how large it is printed."""

import struct
from collections.abc import Iterator
from itertools import islice
from typing import TypeAlias

Density: TypeAlias = tuple[float, float]
"""Pixels per inch, across and down."""

CENTIMETRES_PER_INCH = 2.54
_ORIENTATION = 0x0112
_ACROSS, _DOWN, _UNIT = 0x011A, 0x011B, 0x0128
_INCH, _CENTIMETRE = 2, 3
_SHORT, _RATIONAL = 3, 5
_DENSITIES = (1, 65_535)  # what JFIF has room for
_MOST_ENTRIES = 4096
_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}


def read_orientation(exif: bytes | None) -> int:
    """Read the orientation, 1 to 8, from an EXIF block (CIPA DC-008-2019, 4.6.2 and 4.6.5.1.5).

    ``exif``: a TIFF structure, with or without the prefix ``Exif\\0\\0``. Anything absent, damaged or out of
    range counts as 1, upright: that is what viewers do.
    """
    try:
        return _find_orientation((exif or b"").removeprefix(b"Exif\0\0"))
    except (struct.error, KeyError):
        return 1


def _find_orientation(tiff: bytes) -> int:
    order = _ORDERS[tiff[:4]]
    for tag, kind, count, place in _entries(tiff, order):
        if (tag, kind, count) == (_ORIENTATION, _SHORT, 1):
            (value,) = struct.unpack_from(order + "H", tiff, place)
            if 1 <= value <= 8:
                return int(value)
    return 1


def read_density(exif: bytes | None) -> Density | None:
    """Read XResolution and YResolution of an EXIF block or a TIFF file (TIFF 6.0, section 8) in pixels per inch.

    None where they are absent, damaged or out of range, or have no unit of length.
    """
    tiff = (exif or b"").removeprefix(b"Exif\0\0")
    try:
        across, down, unit = _resolution(tiff)
    except (struct.error, KeyError):
        return None
    scale = {_INCH: 1.0, _CENTIMETRE: CENTIMETRES_PER_INCH}.get(unit)
    return None if scale is None else checked_density(across * scale, down * scale)


def checked_density(across: float, down: float) -> Density | None:
    """Return a density as it is carried on; None for one that no picture has."""
    least, most = _DENSITIES
    return (across, down) if least <= across <= most and least <= down <= most else None


def _resolution(tiff: bytes) -> tuple[float, float, int]:
    order = _ORDERS[tiff[:4]]
    ratios = {_ACROSS: 0.0, _DOWN: 0.0}
    unit = _INCH
    for tag, kind, count, place in _entries(tiff, order):
        if tag in ratios and (kind, count) == (_RATIONAL, 1):
            ratios[tag] = _ratio(tiff, order, place)
        elif (tag, kind, count) == (_UNIT, _SHORT, 1):
            (unit,) = struct.unpack_from(order + "H", tiff, place)
    return ratios[_ACROSS], ratios[_DOWN], unit


def _ratio(tiff: bytes, order: str, place: int) -> float:
    (offset,) = struct.unpack_from(order + "I", tiff, place)
    numerator, denominator = struct.unpack_from(order + "II", tiff, offset)
    return numerator / denominator if denominator else 0.0


def _entries(tiff: bytes, order: str) -> Iterator[tuple[int, int, int, int]]:
    """Tag, type, count and place of the value of each entry of the first directory."""
    (directory,) = struct.unpack_from(order + "I", tiff, 4)
    (entries,) = struct.unpack_from(order + "H", tiff, directory)
    for index in islice(range(entries), _MOST_ENTRIES):
        start = directory + 2 + 12 * index
        tag, kind, count = struct.unpack_from(order + "HHI", tiff, start)
        yield tag, kind, count, start + 8
