"""The tables of consents whose changes of state owe a record."""

from __future__ import annotations

from accounts.records import owing
from accounts.records.owing import Debtor, uuid_sql, uuid_subject


def register_all() -> None:
    """Let no request, statement, grant or use change its state unrecorded."""
    for debtor in (
        _requests(),
        uuid_subject("consent_statement", "statement", "reference"),
        uuid_subject("consent_grant", "grant", "reference"),
        uuid_subject("consent_use", "use", "reference"),
    ):
        owing.register(debtor)


def _requests() -> Debtor:
    """What its requester does is recorded under a request's own reference; what became of it, and its delivery, under the one that they do not know."""
    from consent.requests.lifecycle import REQUESTERS_OWN

    states = ", ".join(f"'{state}'" for state in sorted(REQUESTERS_OWN))
    is_own = f"NEW.state IN ({states}) AND NOT (OLD.state = 'held' AND NEW.state = 'sent')"
    subjects = zip(uuid_sql("request", "reference"), uuid_sql("answer", "answer_reference"), strict=True)
    sqlite, postgresql = (f"CASE WHEN {is_own} THEN {own} ELSE {other} END" for own, other in subjects)
    return Debtor("consent_request", sqlite, postgresql)
