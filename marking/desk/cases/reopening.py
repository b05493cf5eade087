"""Opening a case again whose complainant got nothing by it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from marking.desk.cases.clocks import due_at
from marking.desk.cases.kinds import Kind
from marking.desk.cases.lifecycle import move
from marking.desk.cases.profiles import warns_at
from marking.desk.cases.states import OPEN, Event

if TYPE_CHECKING:
    from accounts.users.models import User
    from marking.desk.cases.models import Case


def is_in_vain(case: Case) -> bool:
    """Whether whoever filed ``case`` got nothing by its last answer: it was turned down, or no measure of it stands; closed since or not."""
    if case.state in OPEN:
        return False
    answers = case.events.filter(event__in=[Event.ANSWERED, Event.REJECTED])
    last = answers.order_by("-at", "-pk").first()
    if last is None:
        return False
    return last.event == Event.REJECTED or not case.measures.filter(lifted_at__isnull=True).exists()


def reopen(*, case: Case, by: User, now: datetime) -> None:
    """Put a decided case back to where it was when it was received, with a clock that starts anew.

    Its clock acts anew as well. An address that was erased at the closing is gone. Refused with ``content_erased`` once nobody can read what it
    was about, and with ``wrong_state`` for any other case.
    """
    if case.wrapped_key is None:
        sentence = _("The content of this case is erased: nobody could work on it again.")
        raise Refusal("content_erased", sentence, status=410)
    kind = Kind(case.kind)
    due = due_at(kind, now, settings.ENVIRONMENT["YINJI_ANSWER_HOURS"])
    with transaction.atomic():
        move(
            case, Event.REOPENED, by=by, now=now,
            taken_by=None, answer="", answered_at=None, answer_mailed_at=None, closed_at=None, overdue_at=None,
            acted_at=None, due_at=due, warned=0, warn_at=warns_at(kind, now, due, 0) if case.valid_at else None,
        )  # fmt: skip
