"""What pages say about cases."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from marking.desk.clocks import hours_for
from marking.desk.kinds import Kind
from marking.desk.states import CaseState, Event

KINDS: dict[Kind, Promise] = {
    Kind.NO_CONSENT: _("It shows me or uses my voice, and I did not agree"),
    Kind.INTIMATE_IMAGE: _("It is an intimate picture of somebody who did not agree"),
    Kind.MINOR: _("It shows or endangers a child"),
    Kind.IMPERSONATION: _("Somebody pretends to be me or an organisation"),
    Kind.FALSE_INFORMATION: _("It spreads false information"),
    Kind.LABEL: _("Its label is missing, forged or wrong"),
    Kind.PRIVACY: _("It discloses personal data"),
    Kind.COPYRIGHT: _("It uses my own work without permission"),
    Kind.TOOL_FEEDBACK: _("This site's answer about a file is wrong"),
    Kind.OTHER: _("Something else"),
}
"""In the order of the form."""

STATES: dict[CaseState, Promise] = {
    CaseState.RECEIVED: _("Received"),
    CaseState.IN_REVIEW: _("In review"),
    CaseState.ANSWERED: _("Answered"),
    CaseState.REJECTED: _("Turned down"),
    CaseState.CLOSED: _("Closed"),
}

EVENTS: dict[Event, Promise] = {
    Event.RECEIVED: _("Received"),
    Event.TAKEN: _("A member of staff took it"),
    Event.PUT_BACK: _("Put back into the queue"),
    Event.ANSWERED: _("Answered"),
    Event.REJECTED: _("Turned down"),
    Event.CLOSED: _("Closed"),
    Event.OVERDUE: _("The published time passed without an answer"),
    Event.CONTACT_VIEWED: _("The address was opened"),
    Event.CONTACT_CHANGED: _("The address was corrected by the complainant"),
    Event.CONTACT_REMOVED: _("The address was erased at the complainant's wish"),
    Event.CONTENT_ERASED: _("The content was erased"),
}


def answer_times() -> Iterator[tuple[Promise, str]]:
    """Each kind in words, with the time within which it is answered here."""
    hours = settings.ENVIRONMENT["YINJI_ANSWER_HOURS"]
    for kind, words in KINDS.items():
        yield words, duration(hours_for(kind, hours))


def duration(hours: int) -> str:
    """A time in whole days where it is some, in hours otherwise. Two days are said in hours, as the law says them."""
    if hours > 48 and hours % 24 == 0:
        days = hours // 24
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
