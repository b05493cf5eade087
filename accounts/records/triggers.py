"""Triggers that refuse every change to the log but an insert.

They stop mistakes and stolen application credentials, not the owner of the database file: against that one
there is :mod:`accounts.records.verify` and a head that somebody else holds.

On SQLite a migration that rebuilds one of these tables drops its triggers and has to install them again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

BODIES, SHREDDED = "accounts_recordbody", "accounts_shreddedbody"
CHECKPOINTS, SHARDS = "accounts_checkpoint", "accounts_shard"
TABLES = (
    "accounts_record",
    BODIES,
    SHREDDED,
    "accounts_cosignature",
    "accounts_stamp",
    CHECKPOINTS,
    SHARDS,
)
_REFUSAL = "the record log is append-only"

# A body may be emptied, and nothing else, once a row says by which record (accounts.records.shredding).
_EMPTIED = {
    "sqlite": "NEW.record_id IS OLD.record_id AND NEW.person_key_id IS OLD.person_key_id AND NEW.content IS x'' "
    "AND EXISTS (SELECT 1 FROM accounts_shreddedbody WHERE record_id = OLD.record_id)",
    "postgresql": "NEW.record_id = OLD.record_id AND NEW.person_key_id IS NOT DISTINCT FROM OLD.person_key_id "
    "AND NEW.content = ''::bytea AND EXISTS (SELECT 1 FROM accounts_shreddedbody WHERE record_id = OLD.record_id)",
}

# A shard is frozen once, by the last record that there is.
_FROZEN = (
    "OLD.last IS NULL AND NEW.last IS NOT NULL AND NEW.first = OLD.first AND NEW.name = OLD.name AND NEW.origin = OLD.origin "
    "AND NEW.last = (SELECT MAX(sequence) FROM accounts_record) "
    "AND EXISTS (SELECT 1 FROM accounts_record WHERE sequence = NEW.last AND kind = 'log.frozen')"
)
# The next one is opened right behind it, by a record of its own.
_OPENED = (
    "NEW.last IS NULL AND NOT EXISTS (SELECT 1 FROM accounts_shard WHERE last IS NULL) "
    "AND NEW.first = COALESCE((SELECT MAX(last) FROM accounts_shard), 0) + 1 AND (NEW.first = 1 "
    "OR EXISTS (SELECT 1 FROM accounts_record WHERE sequence = NEW.first AND kind = 'log.opened'))"
)
# What is signed is the tree of one shard, by its name, at a size that this shard has.
_OF_A_SHARD = (
    "EXISTS (SELECT 1 FROM accounts_shard WHERE NEW.size >= first AND (last IS NULL OR NEW.size <= last) "
    "AND SUBSTR(NEW.note, 1, LENGTH({begin})) = {begin})"
)
_BEGIN = "(origin || {newline} || (NEW.size - first + 1) || {newline})"

_MAY_CHANGE = {
    "sqlite": {BODIES: _EMPTIED["sqlite"], SHARDS: _FROZEN},
    "postgresql": {BODIES: _EMPTIED["postgresql"], SHARDS: _FROZEN},
}
_MAY_COME = {
    "sqlite": {
        SHARDS: _OPENED,
        CHECKPOINTS: _OF_A_SHARD.format(begin=_BEGIN.format(newline="CHAR(10)")),
    },
    "postgresql": {
        SHARDS: _OPENED,
        CHECKPOINTS: _OF_A_SHARD.format(begin=_BEGIN.format(newline="CHR(10)")),
    },
}
_NEEDED = {BODIES: SHREDDED, CHECKPOINTS: SHARDS}
"""Tables that a condition asks; in older migrations they are not there yet."""

# INSERT OR REPLACE deletes the old row without firing a DELETE trigger (SQLite, "The ON CONFLICT Clause").
_NO_REPLACING = {
    "accounts_record": "sequence = NEW.sequence OR event_id = NEW.event_id",
    "accounts_recordbody": "record_id = NEW.record_id",
    SHREDDED: "record_id = NEW.record_id",
    CHECKPOINTS: "size = NEW.size",
    SHARDS: "first = NEW.first OR name = NEW.name OR origin = NEW.origin",
    "accounts_stamp": "checkpoint_id = NEW.checkpoint_id",
    "accounts_cosignature": "id = NEW.id OR (checkpoint_id = NEW.checkpoint_id AND witness = NEW.witness)",
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers of those tables that are there. Safe to call twice."""
    remove(connection)
    there = connection.introspection.table_names()
    _run(connection, _INSTALL[connection.vendor]([table for table in TABLES if table in there]))


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers. Safe to call when there are none."""
    there = connection.introspection.table_names()
    _run(connection, _REMOVE[connection.vendor]([table for table in TABLES if table in there]))


def _run(connection: BaseDatabaseWrapper, statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _unless(conditions: Mapping[str, str], table: str, tables: Sequence[str]) -> str | None:
    """What lets a change of a table through, if anything does."""
    return conditions.get(table) if _NEEDED.get(table, table) in tables else None


def _install_on_sqlite(tables: Sequence[str]) -> Iterator[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    for table in tables:
        for event in ("UPDATE", "DELETE"):
            allowed = _unless(_MAY_CHANGE["sqlite"], table, tables) if event == "UPDATE" else None
            unless = f"WHEN NOT ({allowed}) " if allowed else ""
            yield f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} {unless}{refuse}"
        there = f"EXISTS (SELECT 1 FROM {table} WHERE {_NO_REPLACING[table]})"  # noqa: S608  # our own words
        yield f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} {refuse}"
        if wanted := _unless(_MAY_COME["sqlite"], table, tables):
            yield f"CREATE TRIGGER {table}_no_insert BEFORE INSERT ON {table} WHEN NOT ({wanted}) {refuse}"


def _remove_on_sqlite(tables: Sequence[str]) -> Iterator[str]:
    for table in tables:
        for event in ("update", "delete", "replace", "insert"):
            yield f"DROP TRIGGER IF EXISTS {table}_no_{event}"


def _install_on_postgresql(tables: Sequence[str]) -> Iterator[str]:
    refuse = f"RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation';"
    yield (
        f"CREATE FUNCTION accounts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse} END $$"
    )
    for table in tables:
        allowed = {
            "update": _unless(_MAY_CHANGE["postgresql"], table, tables),
            "insert": _unless(_MAY_COME["postgresql"], table, tables),
        }
        yield (
            f"CREATE TRIGGER {table}_no_change BEFORE {'DELETE' if allowed['update'] else 'UPDATE OR DELETE'} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change()"
        )
        for event, condition in allowed.items():
            if condition:
                yield (
                    f"CREATE FUNCTION {table}_may_{event}() RETURNS trigger LANGUAGE plpgsql AS "
                    f"$$ BEGIN IF {condition} THEN RETURN NEW; END IF; {refuse} END $$"
                )
                yield (
                    f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} "
                    f"FOR EACH ROW EXECUTE FUNCTION {table}_may_{event}()"
                )
        yield (
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change()"
        )


def _remove_on_postgresql(tables: Sequence[str]) -> Iterator[str]:
    for table in tables:
        for event in ("change", "update", "insert", "truncate"):
            yield f"DROP TRIGGER IF EXISTS {table}_no_{event} ON {table}"
        for event in ("update", "insert"):
            yield f"DROP FUNCTION IF EXISTS {table}_may_{event}()"
    yield "DROP FUNCTION IF EXISTS accounts_refuse_change()"
    yield "DROP FUNCTION IF EXISTS accounts_refuse_unless_emptied()"


_INSTALL = {"sqlite": _install_on_sqlite, "postgresql": _install_on_postgresql}
_REMOVE = {"sqlite": _remove_on_sqlite, "postgresql": _remove_on_postgresql}
