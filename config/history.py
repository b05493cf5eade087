"""What a database has applied, against the migrations that this code holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.recorder import MigrationRecorder

Key: TypeAlias = tuple[str, str]
"""An app's label and a migration's name."""


def unknown(connection: BaseDatabaseWrapper) -> list[str]:
    """Migrations of our apps that were applied and are neither here nor folded into one that is: ``app.name``, sorted."""
    loader = MigrationLoader(None)
    known = {*loader.disk_migrations}.union(*(each.replaces for each in loader.disk_migrations.values()))
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in {*applied} - known if app in loader.migrated_apps)


def half_applied(connection: BaseDatabaseWrapper) -> dict[str, list[str]]:
    """The folded migrations (``app.name``) of which the database has some parts and lacks others, which are listed.

    Django passes over such a migration in silence, and would lay later ones upon tables that are not there.
    """
    return lacking(
        MigrationLoader(None).disk_migrations, {*MigrationRecorder(connection).applied_migrations()}
    )


def lacking(migrations: Mapping[Key, Migration], applied: Collection[Key]) -> dict[str, list[str]]:
    """As :func:`half_applied`, of any migrations."""
    missing = {
        f"{app}.{name}": [part for each, part in migration.replaces if (each, part) not in applied]
        for (app, name), migration in migrations.items()
        if any(part in applied for part in migration.replaces)
    }
    return {name: parts for name, parts in missing.items() if parts}


def sentence_about(halves: Mapping[str, list[str]]) -> str:
    """What an operator has to do about :func:`half_applied`."""
    lacks = "; ".join(f"{name} lacks {', '.join(parts)}" for name, parts in halves.items())
    return (
        f"The database stopped half way through migrations that are one in this version ({lacks}). Nothing was changed. "
        "No release had them apart: go on with the version that made this database, restore a backup, or start with an empty one."
    )


def whole_migrations(
    app_configs: Any, databases: Collection[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A system check that ``manage.py migrate`` makes before it changes anything."""
    found = [half_applied(connections[alias]) for alias in databases or ()]
    return [Error(sentence_about(halves), id="yinji.E006") for halves in found if halves]
