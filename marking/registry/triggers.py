"""Triggers that write the index's entries with the rows that they are of, so that no way of writing leaves one out.

On SQLite a migration that rebuilds one of the two tables drops its triggers: they are installed again after every migration.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

ONE_AT_A_TIME = 0x59494E4A49
"""Whoever writes entries on PostgreSQL holds this advisory lock until the commit, so that keys are committed in their order, as
they are on SQLite, which has one writer: whoever has read up to a key misses nothing below it."""


class _Table(NamedTuple):
    """A table with fingerprints: the columns that make another entry, and what an entry is called by."""

    name: str
    columns: tuple[str, ...]
    registration: str
    variant: str
    entry: str


_TABLES = (
    _Table(
        "marking_registration",
        ("fingerprint", "is_distinctive", "features"),
        "NEW.work_id",
        "NULL",
        "registration_id = NEW.work_id AND variant_id IS NULL",
    ),
    _Table(
        "marking_variant",
        ("fingerprint", "is_distinctive"),
        "NEW.registration_id",
        "NEW.id",
        "variant_id = NEW.id",
    ),
)


def are_due(connection: BaseDatabaseWrapper) -> bool:
    """Whether all of their tables are there: not while migrations stop short of them."""
    return {"marking_indexentry", *(table.name for table in _TABLES)} <= set(
        connection.introspection.table_names()
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


def _enter(table: _Table) -> str:
    return (
        "INSERT INTO marking_indexentry (registration_id, variant_id, fingerprint) "
        f"SELECT {table.registration}, {table.variant}, NEW.fingerprint WHERE NEW.is_distinctive;"
    )


def _leave(table: _Table) -> str:
    return f"DELETE FROM marking_indexentry WHERE {table.entry};"  # noqa: S608  (our own words)


def _install_on_sqlite() -> Iterator[str]:
    for table in _TABLES:
        changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in table.columns)
        yield f"CREATE TRIGGER {table.name}_enter AFTER INSERT ON {table.name} BEGIN {_enter(table)} END"
        yield (
            f"CREATE TRIGGER {table.name}_enter_again AFTER UPDATE OF {', '.join(table.columns)} ON {table.name} "
            f"WHEN {changed} BEGIN {_leave(table)} {_enter(table)} END"
        )


def _remove_on_sqlite() -> Iterator[str]:
    for table in _TABLES:
        for event in ("enter", "enter_again"):
            yield f"DROP TRIGGER IF EXISTS {table.name}_{event}"


def _install_on_postgresql() -> Iterator[str]:
    for table in _TABLES:
        changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in table.columns)
        yield (
            f"CREATE FUNCTION {table.name}_enter() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN PERFORM pg_advisory_xact_lock({ONE_AT_A_TIME}); {_leave(table)} {_enter(table)} RETURN NULL; END $$"
        )
        yield (
            f"CREATE TRIGGER {table.name}_enter AFTER INSERT ON {table.name} "
            f"FOR EACH ROW EXECUTE FUNCTION {table.name}_enter()"
        )
        yield (
            f"CREATE TRIGGER {table.name}_enter_again AFTER UPDATE ON {table.name} "
            f"FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION {table.name}_enter()"
        )


def _remove_on_postgresql() -> Iterator[str]:
    for table in _TABLES:
        for event in ("enter", "enter_again"):
            yield f"DROP TRIGGER IF EXISTS {table.name}_{event} ON {table.name}"
        yield f"DROP FUNCTION IF EXISTS {table.name}_enter()"


_INSTALL = {"sqlite": _install_on_sqlite, "postgresql": _install_on_postgresql}
_REMOVE = {"sqlite": _remove_on_sqlite, "postgresql": _remove_on_postgresql}
