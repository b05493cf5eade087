"""Why somebody was sanctioned, and when the time of those words is over."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Case, F, When
from django.db.models.functions import Coalesce

from accounts.retention.contents import Content
from accounts.sanctions.models import Sanction
from accounts.sanctions.states import SanctionState


def _keepers(sanction: Sanction) -> Iterator[str]:
    yield sanction.log_subject
    yield f"user:{sanction.user.producer_id}"
    if sanction.about:
        yield sanction.about


# As accounts.sanctions.ended reckons it.
_NEVER_BEGAN = When(state__in=[SanctionState.DECLINED, SanctionState.WITHDRAWN], then=F("decided_at"))

REASONS = Content(
    name="sanction_reasons",
    kept="complaints",
    model=Sanction,
    blank={"reasons": b""},
    ended_at=Case(_NEVER_BEGAN, default=Coalesce("lifted_at", "ends_at")),
    keepers=_keepers,
    joined=("user",),
    stays="what was done to whom, when it began and ended, by whom, and its statement of reasons, which names nobody",
)
