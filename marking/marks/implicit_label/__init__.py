"""The metadata label: the AIGC field of GB 45438-2025 Annex E, in the XMP packet of picture files.

A label is signed (:mod:`security_data`), and one that a file brings along is kept and passed on (:mod:`propagation`).
"""

from marking.marks.implicit_label.dated_key import DatedKey
from marking.marks.implicit_label.iptc import ModelRelease, Origin, SourceType
from marking.marks.implicit_label.label import AigcLabel
from marking.marks.implicit_label.propagation import Propagator, doubted, kept_label, propagated
from marking.marks.implicit_label.provider_code import (
    Service,
    is_provider_code,
    provider_code,
    service_extension,
)
from marking.marks.implicit_label.reading import FoundLabel, Reading, read
from marking.marks.implicit_label.security_data import (
    Signature,
    Status,
    check_producer,
    check_propagator,
    signed_by_producer,
)
from marking.marks.implicit_label.sm2 import PublicKey, SigningKey
from marking.marks.implicit_label.writing import write

__all__ = [
    "AigcLabel",
    "DatedKey",
    "FoundLabel",
    "ModelRelease",
    "Origin",
    "Propagator",
    "PublicKey",
    "Reading",
    "Service",
    "Signature",
    "SigningKey",
    "SourceType",
    "Status",
    "check_producer",
    "check_propagator",
    "doubted",
    "is_provider_code",
    "kept_label",
    "propagated",
    "provider_code",
    "read",
    "service_extension",
    "signed_by_producer",
    "write",
]
