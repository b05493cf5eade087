"""Triggers that refuse every change to the log but an insert.

They stop mistakes and stolen application credentials, not the owner of the database file: against that one
there is :mod:`accounts.records.verify` and a head that somebody else holds.

On SQLite a migration that rebuilds one of these tables drops its triggers and has to install them again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("accounts_record", "accounts_recordbody", "accounts_cosignature", "accounts_checkpoint")
_REFUSAL = "the record log is append-only"

# INSERT OR REPLACE deletes the old row without firing a DELETE trigger (SQLite, "The ON CONFLICT Clause").
_NO_REPLACING = {
    "accounts_record": "sequence = NEW.sequence OR event_id = NEW.event_id",
    "accounts_recordbody": "record_id = NEW.record_id",
    "accounts_checkpoint": "size = NEW.size",
    "accounts_cosignature": "id = NEW.id OR (checkpoint_id = NEW.checkpoint_id AND witness = NEW.witness)",
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers of those tables that are there. Safe to call twice."""
    remove(connection)
    there = connection.introspection.table_names()
    _run(connection, _INSTALL[connection.vendor]([table for table in TABLES if table in there]))


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers. Safe to call when there are none."""
    _run(connection, _REMOVE[connection.vendor]())


def _run(connection: BaseDatabaseWrapper, statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _install_on_sqlite(tables: Sequence[str]) -> Iterator[str]:
    for table in tables:
        for event in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        there = f"EXISTS (SELECT 1 FROM {table} WHERE {_NO_REPLACING[table]})"  # noqa: S608  # our own words
        yield (
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


def _remove_on_sqlite() -> Iterator[str]:
    for table in TABLES:
        for event in ("update", "delete", "replace"):
            yield f"DROP TRIGGER IF EXISTS {table}_no_{event}"


def _install_on_postgresql(tables: Sequence[str]) -> Iterator[str]:
    yield (
        "CREATE FUNCTION accounts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in tables:
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
