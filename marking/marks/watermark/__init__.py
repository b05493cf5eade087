"""Invisible image watermark."""

from marking.marks.watermark.canvas import MINIMUM_SIDE, TooSmall
from marking.marks.watermark.code import PAYLOAD_BITS
from marking.marks.watermark.detection import Detection, Geometry, detect, detect_any
from marking.marks.watermark.embedding import embed

__all__ = [
    "MINIMUM_SIDE",
    "PAYLOAD_BITS",
    "Detection",
    "Geometry",
    "TooSmall",
    "detect",
    "detect_any",
    "embed",
]
