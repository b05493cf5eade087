"""What a report says to people about a metadata label: its signatures, its value, its faults."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marking.verification.report import Fact

BROKEN_SIGNATURE = _(
    "The metadata carries an AIGC label (GB 45438-2025) that was changed after somebody signed it: the signature does "
    "not fit it."
)

_SIGNATURES: Mapping[str, Promise] = {
    "valid_pinned": _(
        "Fits, with a key of this site: this site signed these fields, and they were not changed since. They may have been "
        "moved to another picture."
    ),
    "valid_self": _(
        "Fits the key that stands beside it: the fields were not changed since they were signed. Anybody can sign with a key "
        "of their own, so this does not show who did."
    ),
    "invalid": _("Does not fit: it was changed after it was signed."),
    "absent": _("No signature"),
    "unsupported": _("Of a kind that is not checked here"),
}

_VALUES: Mapping[str, Promise] = {
    "1": _("1 (is AI-generated)"),
    "2": _("2 (may be AI-generated)"),
    "3": _("3 (suspected to be AI-generated)"),
}

FAULTS: Mapping[str, Promise] = {
    "behind_end": _("The label stands behind the picture's end, where few programs look."),
    "disagreeing": _("The labels in the file contradict each other."),
    "damaged_header": _("The XMP packet with the label stands under a misspelt header."),
    "missing_extended_xmp": _("A part of the metadata is announced and missing."),
    "broken_signature": _("A signature does not fit the label."),
    "damaged_chunk": _("The part of the file that holds the label is damaged."),
    "damaged_container": _("The structure of the file is damaged."),
    "damaged_exif": _("The EXIF data of the file are damaged."),
    "damaged_text": _("A text in the metadata is damaged."),
    "damaged_xmp": _("The XMP data of the file are damaged."),
    "double_escaped": _("The label is escaped twice."),
    "duplicate": _("The file holds more than one label."),
    "empty_shell": _("The label names no field that has a value."),
    "encrypted": _("A part of the file is encrypted."),
    "foreign_namespace": _("The label stands in an XMP namespace that is not the standard's."),
    "label_value": _("The field Label is not 1, 2 or 3."),
    "not_json": _("The label is not valid JSON."),
    "not_ours": _(
        "The label names this site as its producer, but this site gave no such label: the number or the signature is not ours."
    ),
    "not_object": _("The label is not a JSON object."),
    "older_schema": _("The label has a form that was in use before the standard."),
    "oversized_packet": _("The metadata are larger than what is read here."),
    "prefixed": _("The word AIGC stands before the label's object."),
    "repeated_name": _("The label gives one name twice."),
    "too_long": _("The label is too long."),
    "too_many_carriers": _("The file has more metadata than what is read here."),
    "truncated_container": _("The file is cut off."),
    "unknown_field": _("The label has a field that the standard does not know."),
    "unsupported_container": _("Labels are not looked for in files of this kind."),
}
"""Every fault of a label, and of a file as its carrier (see :mod:`marking.marks.implicit_label.reading`)."""

FIELD_FAULTS: Mapping[str, Promise] = {
    "bad_characters": _("The field %(field)s has characters that the standard does not allow."),
    "empty": _("The field %(field)s is empty."),
    "missing": _("The field %(field)s is missing."),
    "misspelt": _("The name of the field %(field)s is misspelt."),
    "not_text": _("The field %(field)s is not a text."),
    "repeated": _("The field %(field)s is there twice."),
    "too_long": _("The field %(field)s is too long."),
}
"""Every fault that names a field of Annex E, as ``code:field``."""


def label_value(value: Fact) -> str:
    """Return the field Label with its meaning; as it is where it has none."""
    return str(_VALUES.get(str(value), value))


def signature(value: Fact) -> str:
    """Return what a signature is worth."""
    return str(_SIGNATURES.get(str(value), value))


def faults(value: Fact) -> str:
    """Return a sentence for each fault of a label."""
    codes = value if isinstance(value, tuple) else (value,)
    return " ".join(fault_sentence(str(code)) for code in codes)


def fault_sentence(fault: str) -> str:
    """Return what a fault such as ``not_json`` or ``missing:Label`` means; an unknown one as it is."""
    code, _colon, field = fault.partition(":")
    if field and code in FIELD_FAULTS:
        return str(FIELD_FAULTS[code]) % {"field": field}
    return str(FAULTS.get(fault, fault))
