"""Identity documents: kinds, forms, check digits and dates. Pure."""

from __future__ import annotations

from enum import StrEnum


class DocumentType(StrEnum):
    """What a person or an organisation can prove itself with."""

    RESIDENT_ID = "resident_id"
    RESIDENCE_PERMIT = "residence_permit"
    PERMANENT_RESIDENT_CARD = "permanent_resident_card"
    PASSPORT = "passport"
    ORGANISATION = "organisation"
