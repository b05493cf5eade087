"""What pages say about organisations."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.organisations.states import OrganisationState

_STATES: dict[OrganisationState, Promise] = {
    OrganisationState.PENDING: _("Waiting for a decision"),
    OrganisationState.VERIFIED: _("Checked by the operator's staff, not verified by a third party"),
    OrganisationState.REJECTED: _("Not accepted"),
    OrganisationState.ENDED: _("Ended"),
}


def describe_state(state: str) -> Promise:
    """The state of an organisation in words."""
    return _STATES[OrganisationState(state)]
