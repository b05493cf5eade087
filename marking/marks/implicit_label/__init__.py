"""The metadata label: the AIGC field of GB 45438-2025 Annex E, in the XMP packet of PNG, JPEG and WebP files."""

from marking.marks.implicit_label.iptc import ModelRelease, Origin, SourceType
from marking.marks.implicit_label.label import AigcLabel
from marking.marks.implicit_label.provider_code import is_provider_code, provider_code
from marking.marks.implicit_label.reading import FoundLabel, Reading, read
from marking.marks.implicit_label.writing import write

__all__ = [
    "AigcLabel",
    "FoundLabel",
    "ModelRelease",
    "Origin",
    "Reading",
    "SourceType",
    "is_provider_code",
    "provider_code",
    "read",
    "write",
]
