"""What pages say about cases."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from marking.desk.cases.actions import Action
from marking.desk.cases.clocks import hours_for
from marking.desk.cases.kinds import NOT_FILED_BY_ANYBODY, Kind
from marking.desk.cases.profiles import Part, Pause
from marking.desk.cases.states import CaseState, Event
from marking.desk.measures.consent_record import Finding

KINDS: dict[Kind, Promise] = {
    Kind.NO_CONSENT: _("It shows me or uses my voice, and I did not agree"),
    Kind.CONSENT_WITHDRAWN: _("It shows me or uses my voice, and I have withdrawn my consent"),
    Kind.INTIMATE_IMAGE: _("It is an intimate picture of somebody who did not agree"),
    Kind.MINOR: _("It shows or endangers a child"),
    Kind.IMPERSONATION: _("Somebody pretends to be me or an organisation"),
    Kind.FALSE_INFORMATION: _("It spreads false information"),
    Kind.LABEL: _("Its label is missing, forged or wrong"),
    Kind.PRIVACY: _("It discloses personal data"),
    Kind.COPYRIGHT: _("It uses my own work without permission"),
    Kind.DATA_RIGHTS: _("I want to see, correct or delete data about me"),
    Kind.TOOL_FEEDBACK: _("This site's answer about a file is wrong"),
    Kind.OTHER: _("Something else"),
    Kind.AUTHORITY_ORDER: _("Order of an authority"),
    Kind.APPEAL: _("Objection to a decision"),
}
"""In the order of the form; the last two are not on it."""

PARTS: dict[Part, Promise] = {
    Part.LOCATION: _("where it can be seen"),
    Part.CONTACT: _("an e-mail address under which we can reach you"),
    Part.GOOD_FAITH: _("the statement that you say this in good faith"),
    Part.SIGNATURE: _("your signature"),
}

ACTIONS: dict[Action, Promise] = {
    Action.ANSWER: _("to answer the case"),
    Action.REJECT: _("to turn the case down"),
    Action.TAKE_DOWN: _("to turn the access to the work off"),
    Action.LIFT: _("to turn the access to the work on again"),
    Action.RELEASE: _("to release what the order asks for"),
}

FINDINGS: dict[Finding, Promise] = {
    Finding.NOBODY_SHOWN: _(
        "It was declared to show nobody real, and no face was found in it: the record decides nothing."
    ),
    Finding.NO_GRANT: _("It shows somebody, and there is no consent in force for it."),
    Finding.GRANTED: _("Everybody who was named in it agreed, and their consent is in force."),
    Finding.DARK: _("It is not given out any more."),
}

PAUSES: dict[Pause, Promise] = {
    Pause.COMPLAINANT: _("Whoever complained was asked for something that only they know"),
    Pause.AUTHORITY: _("An authority asked us to wait"),
    Pause.COURT: _("A court decides about it"),
}

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
    Event.COMPLETED: _("The complainant added something"),
    Event.VALID: _("The notice is complete, and its clock runs"),
    Event.WARNED: _("Little of the published time is left"),
    Event.PAUSED: _("The clock stands still"),
    Event.RESUMED: _("The clock runs on"),
    Event.ACCESS_OFF: _("The access to the work was turned off"),
    Event.ACCESS_ON: _("The access to the work was turned on again"),
    Event.PROPOSED: _("A decision was proposed and waits for a second person"),
    Event.CONFIRMED: _("A second person confirmed the decision"),
    Event.DECLINED: _("A second person did not confirm the decision"),
    Event.PROPOSAL_WITHDRAWN: _("Who proposed the decision took it back"),
    Event.FLAGGED: _("It was marked as political speech"),
    Event.REPORTER_PROVEN: _("The complainant showed who they are by signing in"),
    Event.IDENTITY_COMPARED: _("Names were compared, without being shown"),
    Event.ORDER_RELEASED: _("Two people released the order"),
    Event.APPEALED: _("The complainant appealed"),
    Event.REOPENED: _("The decision was overturned, and the case is open again"),
}


def answer_times() -> Iterator[tuple[Promise, str]]:
    """Each kind in words, with the time within which it is answered here."""
    hours = settings.ENVIRONMENT["YINJI_ANSWER_HOURS"]
    for kind, words in KINDS.items():
        if kind in NOT_FILED_BY_ANYBODY:
            continue
        yield words, duration(hours_for(kind, hours))


def duration(hours: int) -> str:
    """A time in whole days where it is some, in hours otherwise. Two days are said in hours, as the law says them."""
    if hours > 48 and hours % 24 == 0:
        days = hours // 24
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
