"""No change of state is committed without a record of it: triggers that owe one, and a foreign key that is asked at the commit.

A change of a registered table's state, or of the columns that say it, puts the subject into ``accounts_owedrecord``, a record of that subject takes it out. What is
still there at the commit points at a record that can never be, record 0, and the database refuses the whole transaction (PostgreSQL,
"Constraint triggers"; SQLite, "Deferred Foreign Key Constraints"). The table is empty for everybody else at every time.

Who holds the database itself can lift a trigger or settle a debt by hand: they are found by ``records verify --deep``.
A migration that rebuilds one of the tables on SQLite drops triggers: they are lifted before migrations and installed again after.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

OWED, RECORDS = "accounts_owedrecord", "accounts_record"
NO_RECORD = 0
"""The log begins at 1."""


@dataclass(frozen=True)
class Debtor:
    """A table in which none of ``columns`` changes unrecorded.

    ``sqlite``, ``postgresql``: SQL of what the log calls the row ``NEW`` there. ``states``: the ones that are recorded when they are
    entered; empty for all, and where there is no column ``state``.
    """

    table: str
    sqlite: str
    postgresql: str
    states: tuple[str, ...] = ()
    columns: tuple[str, ...] = ("state",)


_NAMES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger",
}

_debtors: dict[str, Debtor] = {}


def register(debtor: Debtor) -> None:
    """Let a table's changes of state owe a record from the next migration on."""
    _debtors[debtor.table] = debtor


def registered() -> tuple[Debtor, ...]:
    """Every table whose changes of state owe a record."""
    return tuple(_debtors.values())


def alike(table: str, subject: str, **given: tuple[str, ...]) -> Debtor:
    """A table of whose rows one piece of SQL tells on both databases what the log calls them. ``given``: ``states``, ``columns``."""
    return Debtor(table, subject, subject, **given)


def uuid_subject(table: str, kind: str, column: str, **given: tuple[str, ...]) -> Debtor:
    """A table whose rows the log calls ``kind`` and the UUID in ``column``. ``given``: ``states``, ``columns``."""
    sqlite, postgresql = uuid_sql(kind, column)
    return Debtor(table, sqlite, postgresql, **given)


def uuid_sql(kind: str, column: str) -> tuple[str, str]:
    """SQL of ``kind`` and the UUID in ``column`` of the row ``NEW``: on SQLite, which keeps it without its hyphens, and on PostgreSQL."""
    starts, lengths = (1, 9, 13, 17, 21), (8, 4, 4, 4, 12)
    parts = " || '-' || ".join(
        f"substr(NEW.{column}, {at}, {many})" for at, many in zip(starts, lengths, strict=True)
    )
    return f"'{kind}:' || {parts}", f"'{kind}:' || NEW.{column}::text"


def are_due(connection: BaseDatabaseWrapper) -> bool:
    """Whether a trigger is missing beside the tables that are there."""
    there = set(connection.introspection.table_names())
    if not {OWED, RECORDS} <= there:
        return False
    wanted = {f"{RECORDS}_settles"} | {f"{each.table}_owes" for each in registered() if each.table in there}
    with connection.cursor() as cursor:
        cursor.execute(_NAMES[connection.vendor])
        return not wanted <= {name for (name,) in cursor.fetchall()}


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers of those tables that are there. Safe to call twice."""
    remove(connection)
    there = set(connection.introspection.table_names())
    if not {OWED, RECORDS} <= there:
        return
    debtors = [each for each in registered() if each.table in there]
    _run(
        connection,
        {"sqlite": _install_on_sqlite, "postgresql": _install_on_postgresql}[connection.vendor](debtors),
    )


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers. Safe to call when there are none."""
    there = set(connection.introspection.table_names())
    names = [(each.table, "owes") for each in registered()] + [(RECORDS, "settles")]
    found = [(table, does) for table, does in names if table in there]
    _run(
        connection,
        {"sqlite": _remove_on_sqlite, "postgresql": _remove_on_postgresql}[connection.vendor](found),
    )


def _run(connection: BaseDatabaseWrapper, statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


_SETTLE = "DELETE FROM accounts_owedrecord WHERE subject = NEW.subject"


def _owe(instead: str, subject: str) -> str:
    return f"INSERT {instead} INTO {OWED} (subject, record_id) VALUES ({subject}, {NO_RECORD})"  # noqa: S608  (our own words)


def _changes(debtor: Debtor, differs: str) -> str:
    """When a change of a row owes a record."""
    named = ", ".join(f"'{state}'" for state in debtor.states)
    changed = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in debtor.columns)
    return f"({changed})" + (f" AND NEW.state IN ({named})" if named else "")


def _at_an_update(debtor: Debtor) -> str:
    return f"AFTER UPDATE OF {', '.join(debtor.columns)} ON {debtor.table}"


def _install_on_sqlite(debtors: list[Debtor]) -> Iterator[str]:
    for each in debtors:
        when = f"{_at_an_update(each)} WHEN {_changes(each, 'IS NOT')}"
        yield f"CREATE TRIGGER {each.table}_owes {when} BEGIN {_owe('OR IGNORE', each.sqlite)}; END"
    yield f"CREATE TRIGGER {RECORDS}_settles AFTER INSERT ON {RECORDS} BEGIN {_SETTLE}; END"


def _remove_on_sqlite(names: list[tuple[str, str]]) -> Iterator[str]:
    for table, does in names:
        yield f"DROP TRIGGER IF EXISTS {table}_{does}"


def _install_on_postgresql(debtors: list[Debtor]) -> Iterator[str]:
    for each in debtors:
        event, condition = _at_an_update(each), _changes(each, "IS DISTINCT FROM")
        owe = f"{_owe('', each.postgresql)} ON CONFLICT DO NOTHING"
        yield from _trigger(each.table, "owes", owe, event, f"WHEN ({condition}) ")
    yield from _trigger(RECORDS, "settles", _SETTLE, f"AFTER INSERT ON {RECORDS}")


def _trigger(table: str, does: str, act: str, event: str, condition: str = "") -> Iterator[str]:
    yield f"CREATE FUNCTION {table}_{does}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {act}; RETURN NULL; END $$"
    yield f"CREATE TRIGGER {table}_{does} {event} FOR EACH ROW {condition}EXECUTE FUNCTION {table}_{does}()"


def _remove_on_postgresql(names: list[tuple[str, str]]) -> Iterator[str]:
    for table, does in names:
        yield f"DROP TRIGGER IF EXISTS {table}_{does} ON {table}"
        yield f"DROP FUNCTION IF EXISTS {table}_{does}()"
