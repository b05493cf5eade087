from __future__ import annotations

from collections.abc import Collection
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.recorder import MigrationRecorder
from hypothesis import given, settings
from hypothesis import strategies as st

from config import history, serve

PARTS = [("marking", f"{number:04}_old") for number in range(1, 6)]
FOLDED = {("marking", "0001_tables"), ("consent", "0001_tables"), ("accounts", "0001_tables")}


def folding(*parts: history.Key) -> dict[history.Key, Migration]:
    folded, plain = Migration("0001_tables", "marking"), Migration("0002_more", "marking")
    folded.replaces = list(parts)
    return {("marking", "0001_tables"): folded, ("marking", "0002_more"): plain}


@settings(max_examples=30, deadline=None)
@given(applied=st.sets(st.sampled_from(PARTS)))
def test_only_some_parts_of_a_folded_migration_are_a_half(applied: Collection[history.Key]) -> None:
    rest = [name for app, name in PARTS if (app, name) not in applied]
    expected = {"marking.0001_tables": rest} if applied and rest else {}
    assert history.lacking(folding(*PARTS), applied) == expected


def test_a_part_of_the_same_name_in_another_app_does_not_count() -> None:
    assert history.lacking(folding(*PARTS), {("consent", name) for _, name in PARTS}) == {}


def test_no_folded_migration_bears_the_name_of_a_part() -> None:
    """A database that stopped after that part would pass for a whole one."""
    loader = MigrationLoader(None)
    assert {*loader.replacements} >= FOLDED
    for each in loader.replacements.values():
        assert (each.app_label, each.name) not in each.replaces


@pytest.fixture
def half(db: None) -> str:
    """A database that an earlier version left before its last migration; the name of that one."""
    parts = MigrationLoader(None).disk_migrations["marking", "0001_tables"].replaces
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("marking", "0001_tables")
    recorder.record_unapplied(*parts[-1])
    return parts[-1][1]


def test_it_refuses_to_serve_a_database_that_stopped_half_way(half: str) -> None:
    with pytest.raises(
        serve.NotStartable, match=rf"marking\.0001_tables lacks {half}\).*No release had them apart"
    ):
        serve.refuse_half_migrated()


def test_it_refuses_to_migrate_a_database_that_stopped_half_way(half: str) -> None:
    with pytest.raises(SystemCheckError, match=rf"yinji\.E006.*marking\.0001_tables lacks {half}"):
        call_command("migrate", skip_checks=False, verbosity=0)


@pytest.mark.django_db
def test_a_whole_database_passes() -> None:
    serve.refuse_half_migrated()
    assert history.whole_migrations(None, databases=["default", "vault"]) == []
    assert history.whole_migrations(None) == []


@pytest.mark.django_db
def test_a_database_of_the_parts_has_nothing_left_to_migrate() -> None:
    """As an earlier version left it: the folded migrations are unheard of."""
    for app, name in FOLDED:
        MigrationRecorder(connection).record_unapplied(app, name)
    assert history.unknown(connection) == []
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    said = StringIO()
    call_command("migrate", skip_checks=False, stdout=said, no_color=True)
    assert "No migrations to apply." in said.getvalue()
    assert {*MigrationRecorder(connection).applied_migrations()} >= FOLDED
