"""The metadata label: the AIGC field of GB 45438-2025 Annex E, in the XMP packet of picture files."""

from marking.marks.implicit_label.label import AigcLabel
from marking.marks.implicit_label.provider_code import is_provider_code, provider_code
from marking.marks.implicit_label.reading import FoundLabel, Reading, read
from marking.marks.implicit_label.writing import write
from marking.marks.implicit_label.xmp import SourceType

__all__ = [
    "AigcLabel",
    "FoundLabel",
    "Reading",
    "SourceType",
    "is_provider_code",
    "provider_code",
    "read",
    "write",
]
