"""Appeals as they are filed."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.sanctions.models import Sanction
from marking.desk.appeals.appealable import Decision, find
from marking.desk.appeals.models import Appeal
from marking.desk.appeals.services import file_own
from tests.accounts.sanctions.decisions import NOW

DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)
TEXT = "The three works were labelled as satire from the first day on."
REASONS = "The label was there, and the first decision did not see it."


def decision_of(kind: str, reference: object) -> Decision:
    """The decision as an appeal sees it."""
    found = find(kind, str(reference))
    assert found is not None
    return found


def appealed(sanction: Sanction, now: datetime = NOW + DAY) -> Appeal:
    """The account holder's appeal against a sanction."""
    return file_own(by=sanction.user, decision=decision_of("sanction", sanction.pk), text=TEXT, now=now)
