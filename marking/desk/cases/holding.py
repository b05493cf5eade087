"""What a legal hold keeps of a case: what was written, and whose address was left."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.refusals import Refusal
from accounts.retention import turns
from accounts.retention.holds import is_held
from marking.desk.cases.models import Case


def subject_of(case: Case) -> str:
    """What the record log calls it."""
    return f"case:{case.code}"


def require_free(case: Case, now: datetime) -> None:
    """Raise :class:`Refusal` with ``held`` where ``case`` is held. What is free stays so until the transaction ends: call it first in it."""
    turns.to_erase()
    if is_held(subject_of(case), now):
        raise Refusal(
            "held",
            _("The law keeps what proceedings need: nothing of this case is erased until they have ended."),
        )
