"""What a case can be about, and which clock it runs against. Pure."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What somebody complains of. The first is about this site's own answers, the others about a work or a file."""

    TOOL_FEEDBACK = "tool_feedback"
    NO_CONSENT = "no_consent"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    INTIMATE_IMAGE = "intimate_image"
    MINOR = "minor"
    IMPERSONATION = "impersonation"
    FALSE_INFORMATION = "false_information"
    LABEL = "label"
    PRIVACY = "privacy"
    COPYRIGHT = "copyright"
    DATA_RIGHTS = "data_rights"
    OTHER = "other"
    AUTHORITY_ORDER = "authority_order"
    APPEAL = "appeal"


NOT_FILED_BY_ANYBODY = frozenset({Kind.AUTHORITY_ORDER, Kind.APPEAL})
"""What the public form does not offer: orders are entered by the desk, and appeals begin at the decision they are against."""


class Clock(StrEnum):
    """How urgent a case is. How many hours each means is a setting (:mod:`marking.desk.cases.clocks`)."""

    URGENT = "urgent"
    PROMPT = "prompt"
    ORDINARY = "ordinary"
    FEEDBACK = "feedback"


CLOCKS: dict[Kind, Clock] = {
    Kind.TOOL_FEEDBACK: Clock.FEEDBACK,
    Kind.NO_CONSENT: Clock.PROMPT,
    Kind.CONSENT_WITHDRAWN: Clock.PROMPT,
    Kind.INTIMATE_IMAGE: Clock.URGENT,
    Kind.MINOR: Clock.URGENT,
    Kind.IMPERSONATION: Clock.PROMPT,
    Kind.FALSE_INFORMATION: Clock.PROMPT,
    Kind.LABEL: Clock.ORDINARY,
    Kind.PRIVACY: Clock.ORDINARY,
    Kind.COPYRIGHT: Clock.ORDINARY,
    Kind.DATA_RIGHTS: Clock.ORDINARY,
    Kind.OTHER: Clock.ORDINARY,
    Kind.AUTHORITY_ORDER: Clock.PROMPT,
    Kind.APPEAL: Clock.ORDINARY,
}
"""The clock of each kind."""
