"""The one field of EXIF that pixels depend on."""

import struct

_ORIENTATION = 0x0112
_SHORT = 3


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
    order = {b"II*\0": "<", b"MM\0*": ">"}[tiff[:4]]
    (directory,) = struct.unpack_from(order + "I", tiff, 4)
    (entries,) = struct.unpack_from(order + "H", tiff, directory)
    for index in range(entries):
        tag, kind, count, value = struct.unpack_from(order + "HHIH", tiff, directory + 2 + 12 * index)
        if (tag, kind, count) == (_ORIENTATION, _SHORT, 1) and 1 <= value <= 8:
            return int(value)
    return 1
