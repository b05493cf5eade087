"""When sanctions came to their end, for the time that their records are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from accounts.retention.references import references_in
from accounts.sanctions.models import Sanction
from accounts.sanctions.states import SanctionState


def of_sanctions(subjects: Iterable[str]) -> dict[str, datetime]:
    """Sanctions (``sanction:…``) that were declined, taken back or lifted, or whose time ends. A closure that stands has no end."""
    found = Sanction.objects.filter(pk__in=references_in(subjects))
    return {each.log_subject: at for each in found if (at := _end_of(each)) is not None}


def of_statements(subjects: Iterable[str]) -> dict[str, datetime]:
    """Statements of reasons (``reasons:…``) of such sanctions."""
    found = Sanction.objects.filter(statement__in=map(str, references_in(subjects)))
    return {f"reasons:{each.statement}": at for each in found if (at := _end_of(each)) is not None}


def _end_of(sanction: Sanction) -> datetime | None:
    if sanction.state in (SanctionState.DECLINED, SanctionState.WITHDRAWN):
        return sanction.decided_at
    return sanction.lifted_at or sanction.ends_at
