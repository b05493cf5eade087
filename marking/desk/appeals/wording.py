"""What pages say about appeals."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marking.desk.appeals.states import AppealState

STATES: dict[AppealState, Promise] = {
    AppealState.FILED: _("Waiting for a decision"),
    AppealState.UPHELD: _("The first decision stands"),
    AppealState.OVERTURNED: _("The first decision was overturned"),
}
