"""States and events, as the person concerned reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from consent.scope import GrantState
from consent.uses.states import UseState

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

GRANT_STATES: Mapping[str, StrOrPromise] = {
    GrantState.PENDING_COOLING: _("Not in force yet"),
    GrantState.ACTIVE: _("In force"),
    GrantState.SUSPENDED: _("Suspended"),
    GrantState.EXHAUSTED: _("Used up"),
    GrantState.EXPIRED: _("Expired"),
    GrantState.WITHDRAWN: _("Withdrawn"),
    GrantState.REVOKED: _("Revoked by this site"),
    GrantState.INVALIDATED: _("Declared void by an authority"),
    GrantState.SUPERSEDED: _("Replaced by a newer one"),
}

USE_STATES: Mapping[str, StrOrPromise] = {
    UseState.PROPOSED: _("Not published"),
    UseState.CHECKED: _("About to be published"),
    UseState.AWAITING_PREVIEW: _("Waits for your approval"),
    UseState.APPROVED: _("About to be published"),
    UseState.LIVE: _("Online"),
    UseState.CUT_OFF: _("Off: your consent ended"),
    UseState.REMOVED: _("Removed"),
}


def event_words(event: str) -> StrOrPromise:
    """A line of a grant's history: the state that it came into, or the code of anything else."""
    return GRANT_STATES.get(event, event)
