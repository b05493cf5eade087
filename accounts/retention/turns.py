"""Whoever sets a hold and whoever destroys what it would keep wait for each other.

SQLite's IMMEDIATE transactions let one writer in at a time. PostgreSQL needs a lock: many erase at once, and nobody meanwhile sets a hold.
Take it before any row is locked, so that nobody who has it waits for somebody who waits for it.
"""

from __future__ import annotations

from django.db import connection
from django.db.transaction import TransactionManagementError

# Any constant that no other part of the site locks.
_HOLDS = 0x59_49_4E_4A_48


def to_set() -> None:
    """Wait for all who erase, and keep them out until this transaction ends. Raises TransactionManagementError outside of one."""
    _lock("pg_advisory_xact_lock")


def to_erase() -> None:
    """Wait for whoever sets a hold, and keep them out until this transaction ends: what is read of holds after this stays true.

    Raises TransactionManagementError outside of a transaction.
    """
    _lock("pg_advisory_xact_lock_shared")


def _lock(function: str) -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("Holds are set, and what they keep is erased, in a transaction.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_HOLDS])
