"""Fields, legal bases and states in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.elevation.bases import LegalBasis
from accounts.elevation.keeper import Field
from accounts.elevation.states import ElevationState

FIELDS: dict[Field, Promise] = {
    Field.NAME: _("Verified name"),
    Field.NUMBER: _("Document number"),
    Field.PHONE: _("Telephone number"),
}

BASES: dict[LegalBasis, Promise] = {
    LegalBasis.AUTHORITY: _("A public body asks in its duty (Cybersecurity Law, PIPL Art. 13(1)(3))"),
    LegalBasis.COURT: _("A court or procuratorate orders it (PIPL Art. 13(1)(3))"),
    LegalBasis.STATUTORY_DUTY: _(
        "A duty of the operator to act and to report (Deep Synthesis Provisions Arts. 10, 11)"
    ),
    LegalBasis.LIFE_AND_HEALTH: _(
        "An emergency for somebody's life, health or property (PIPL Art. 13(1)(4))"
    ),
    LegalBasis.OWN_REQUEST: _("The person asked for it (PIPL Art. 45)"),
}

STATES: dict[ElevationState, Promise] = {
    ElevationState.ASKED: _("Waiting for approval"),
    ElevationState.APPROVED: _("Approved, being opened"),
    ElevationState.OPEN: _("Open"),
    ElevationState.CLOSED: _("Closed"),
    ElevationState.REFUSED: _("Refused"),
    ElevationState.CANCELLED: _("Cancelled"),
    ElevationState.EXPIRED: _("Expired"),
    ElevationState.FAILED: _("Not opened"),
}

FAILURES: dict[str, Promise] = {
    "altered": _("The request in the database is not the one that was signed."),
    "opened_before": _("This request was opened before."),
    "late": _("The time within which it could be opened was over."),
    "approvals_missing": _("Two approvals by two people were needed."),
    "not_independent": _("An approver asked for it, or is concerned."),
    "not_allowed": _("Somebody who signed may not approve, or who asked may not ask, any more."),
    "same_role": _("Both approvers held no other role than who asked."),
    "signature_invalid": _("A signature did not fit the text or the approver's passkey."),
    "nothing_held": _("Of these persons nothing is kept that could be opened."),
}
"""Why the keeper did not open what was approved."""
