"""Triggers that refuse every change to the log but an insert.

They stop mistakes and stolen application credentials, not the owner of the database file: against that one
there is :mod:`accounts.records.verify` and a head that somebody else holds.

On SQLite a migration that rebuilds one of the two tables drops its triggers and has to install them again.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("accounts_record", "accounts_recordbody")
_REFUSAL = "the record log is append-only"

# INSERT OR REPLACE deletes the old row without firing a DELETE trigger (SQLite, "The ON CONFLICT Clause").
_NO_REPLACING = (
    """
    CREATE TRIGGER accounts_record_no_replace BEFORE INSERT ON accounts_record
    WHEN EXISTS (SELECT 1 FROM accounts_record WHERE sequence = NEW.sequence OR event_id = NEW.event_id)
    BEGIN SELECT RAISE(ABORT, 'the record log is append-only'); END
    """,
    """
    CREATE TRIGGER accounts_recordbody_no_replace BEFORE INSERT ON accounts_recordbody
    WHEN EXISTS (SELECT 1 FROM accounts_recordbody WHERE record_id = NEW.record_id)
    BEGIN SELECT RAISE(ABORT, 'the record log is append-only'); END
    """,
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers. Safe to call twice."""
    remove(connection)
    _run(connection, _INSTALL[connection.vendor]())


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers. Safe to call when there are none."""
    _run(connection, _REMOVE[connection.vendor]())


def _run(connection: BaseDatabaseWrapper, statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _install_on_sqlite() -> Iterator[str]:
    for table in TABLES:
        for event in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
    yield from _NO_REPLACING


def _remove_on_sqlite() -> Iterator[str]:
    for table in TABLES:
        for event in ("update", "delete", "replace"):
            yield f"DROP TRIGGER IF EXISTS {table}_no_{event}"


def _install_on_postgresql() -> Iterator[str]:
    yield (
        "CREATE FUNCTION accounts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in TABLES:
        yield (
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change()"
        )
        yield (
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change()"
        )


def _remove_on_postgresql() -> Iterator[str]:
    for table in TABLES:
        for event in ("change", "truncate"):
            yield f"DROP TRIGGER IF EXISTS {table}_no_{event} ON {table}"
    yield "DROP FUNCTION IF EXISTS accounts_refuse_change()"


_INSTALL = {"sqlite": _install_on_sqlite, "postgresql": _install_on_postgresql}
_REMOVE = {"sqlite": _remove_on_sqlite, "postgresql": _remove_on_postgresql}
