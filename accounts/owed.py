"""The tables of accounts whose changes of state owe a record."""

from __future__ import annotations

from accounts.records import owing
from accounts.records.owing import alike, uuid_subject


def register_all() -> None:
    """Let no real name, guardianship, organisation, mandate, sanction, opening, legal hold or copy of data change unrecorded."""
    for debtor in (
        alike("accounts_identityclaim", _account("user_id"), columns=_CLAIM),
        alike("accounts_guardianship", _account("ward_id"), columns=("confirmed_at", "ended_at")),
        alike("accounts_organisation", "'organisation:' || NEW.id"),
        alike("accounts_mandate", "'organisation:' || NEW.organisation_id", columns=("revoked_at",)),
        uuid_subject("accounts_sanction", "sanction", "id"),
        uuid_subject("accounts_elevation", "elevation", "reference"),
        uuid_subject("accounts_legalhold", "hold", "reference", columns=_HOLD),
        # That a copy is waited for and being made is told by nobody: it was asked for.
        uuid_subject("accounts_datacopy", "export", "reference", states=("failed", "ready", "removed")),
    ):
        owing.register(debtor)


_CLAIM = ("state", "user_id", "provider", "level", "evidence")
"""Who was checked, how far and by whom: what every page says of a real name."""

_HOLD = ("confirmed_at", "declined_at", "withdrawn_at", "lift_asked_at", "lifted_at", "ends_at")
"""A hold has no column of its own for its state. ``lapsed_at`` only repeats its end."""


def _account(column: str) -> str:
    return f"'user:' || (SELECT producer_id FROM accounts_user WHERE id = NEW.{column})"  # noqa: S608  (our own words)
