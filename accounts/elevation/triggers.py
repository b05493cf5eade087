"""Triggers that refuse an approver who is one of those concerned: a condition over two tables, which no CheckConstraint sees.

On SQLite a migration that rebuilds one of these tables drops its triggers and has to install them again.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

_REFUSAL = "nobody approves the opening of their own identity"
_ON = {
    "accounts_elevation": "EXISTS (SELECT 1 FROM accounts_concernedperson WHERE elevation_id = NEW.id "
    "AND person_id IN (NEW.first_approver_id, NEW.second_approver_id))",
    "accounts_concernedperson": "EXISTS (SELECT 1 FROM accounts_elevation WHERE id = NEW.elevation_id "
    "AND NEW.person_id IN (first_approver_id, second_approver_id))",
}
"""When a row of each table is refused."""
_ON_POSTGRESQL = {
    "accounts_elevation": ("INSERT OR UPDATE", ""),
    "accounts_concernedperson": (
        "INSERT OR UPDATE OF elevation_id, person_id",
        "PERFORM 1 FROM accounts_elevation WHERE id = NEW.elevation_id FOR SHARE; ",
    ),
}
"""When each is looked at there, and what is locked before.

An approval has locked its row of ``accounts_elevation`` when its trigger runs. Who is concerned is added beside that row: without a lock
that an UPDATE waits for, two transactions at once would each look at what was there before the other, and both be let through. What a
foreign key locks by itself (FOR KEY SHARE) lets an UPDATE pass.
"""
_EVENTS = ("INSERT", "UPDATE")


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers. Safe to call twice."""
    remove(connection)
    _run(
        connection, {"sqlite": _install_on_sqlite, "postgresql": _install_on_postgresql}[connection.vendor]()
    )


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers. Safe to call when there are none."""
    _run(connection, {"sqlite": _remove_on_sqlite, "postgresql": _remove_on_postgresql}[connection.vendor]())


def _run(connection: BaseDatabaseWrapper, statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _install_on_sqlite() -> Iterator[str]:
    for table, refused in _ON.items():
        for event in _EVENTS:
            yield (
                f"CREATE TRIGGER {table}_impartial_{event.lower()} BEFORE {event} ON {table} WHEN {refused} "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )


def _remove_on_sqlite() -> Iterator[str]:
    for table in _ON:
        for event in _EVENTS:
            yield f"DROP TRIGGER IF EXISTS {table}_impartial_{event.lower()}"


def _install_on_postgresql() -> Iterator[str]:
    for table, refused in _ON.items():
        events, locked = _ON_POSTGRESQL[table]
        yield (
            f"CREATE FUNCTION {table}_impartial() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {locked}"
            f"IF {refused} THEN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation'; END IF; "
            "RETURN NEW; END $$"
        )
        yield (
            f"CREATE TRIGGER {table}_impartial BEFORE {events} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_impartial()"
        )


def _remove_on_postgresql() -> Iterator[str]:
    for table in _ON:
        yield f"DROP TRIGGER IF EXISTS {table}_impartial ON {table}"
        yield f"DROP FUNCTION IF EXISTS {table}_impartial()"
