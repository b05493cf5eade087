"""What is prepared once for all parts of a site: by one start at a time, each database as a whole or not at all."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

STARTS, MIGRATIONS = 0x59494E4A53, 0x59494E4A4D
"""Advisory locks of PostgreSQL: of whoever prepares a site, and of whoever migrates a database."""


@contextmanager
def in_turn(folder: Path) -> Iterator[None]:
    """Wait until no other start prepares this data folder or this database, and hold both. Whoever waited finds everything done.

    The folder is held by a locked file, a database that several machines may share by an advisory lock. The death of the process
    lets go of both.
    """
    with (folder / "prepare.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with _held_database():
            yield


@contextmanager
def _held_database() -> Iterator[None]:
    # A connection and a transaction of its own, which nothing that is prepared ends, and a pooler between passes on to nobody else.
    holder = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        holder.set_autocommit(False)
        with holder.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [STARTS])
        yield
    finally:
        holder.rollback()
        holder.close()


@contextmanager
def as_a_whole(alias: str) -> Iterator[None]:
    """Make all that is done to a database one transaction: its tables, its rows, and what is noted of both.

    Django makes one of each migration and notes it afterwards, name by name where it is several in one: whoever dies in between leaves
    tables that the next start makes again, or a history of which it does not know the half.
    """
    database = connections[alias]
    database.disable_constraint_checking()  # SQLite makes tables anew, and within a transaction ignores this
    try:
        with transaction.atomic(using=alias):
            if database.vendor == "postgresql":
                with database.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MIGRATIONS])
                    # A table with checks that wait for the end of the transaction cannot be altered before that.
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            yield
    finally:
        database.enable_constraint_checking()
