"""Why somebody may be allowed to see a sealed identity: legal bases, each with its source. Pure."""

from __future__ import annotations

from enum import StrEnum


class LegalBasis(StrEnum):
    """A ground of the Personal Information Protection Law for handling without consent, or the person's own wish."""

    AUTHORITY = "authority"
    """A public security, state security or supervising body asks in its duty (Cybersecurity Law 2016 Arts. 28, 49; PIPL Art. 13(1)(3))."""
    COURT = "court"
    """A court or procuratorate orders it (PIPL Art. 13(1)(3))."""
    STATUTORY_DUTY = "statutory_duty"
    """A duty of the operator: to act on what breaks the law and report it (Deep Synthesis Provisions Arts. 10, 11; PIPL Art. 13(1)(3))."""
    LIFE_AND_HEALTH = "life_and_health"
    """An emergency for somebody's life, health or property (PIPL Art. 13(1)(4))."""
    OWN_REQUEST = "own_request"
    """The person asked for it (PIPL Arts. 13(1)(1), 45)."""
