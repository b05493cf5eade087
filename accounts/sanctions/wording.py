"""What pages say about sanctions."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.sanctions.reasoning import Ground
from accounts.sanctions.states import Function, SanctionState, Step

STEPS: dict[Step, Promise] = {
    Step.WARN: _("Warning"),
    Step.LIMIT: _("Limit of functions"),
    Step.SUSPEND: _("Suspension"),
    Step.CLOSE: _("Closure"),
}
"""In the order of the ladder."""

FUNCTIONS: dict[Function, Promise] = {
    Function.GENERATE: _("Submit works to be marked"),
    Function.FACE_EDIT: _("Submit works with somebody's face"),
    Function.VOICE_EDIT: _("Submit works with somebody's voice"),
    Function.PUBLISH: _("Release works"),
    Function.DOWNLOAD: _("Download marked files"),
    Function.REQUEST_CONSENT: _("Ask people for their consent"),
}

STATES: dict[SanctionState, Promise] = {
    SanctionState.PROPOSED: _("Waits for a second person"),
    SanctionState.DECLINED: _("Declined"),
    SanctionState.WITHDRAWN: _("Taken back by who proposed it"),
    SanctionState.IN_FORCE: _("In force"),
    SanctionState.LIFTED: _("Lifted"),
}
OVER = _("Over")

GROUNDS: dict[Ground, Promise] = {
    Ground.ILLEGAL: _("It is against the law"),
    Ground.INCOMPATIBLE: _("It is against the user agreement"),
}
