"""Which database holds what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections, migrations
from django.db.migrations.state import ProjectState

from accounts.identity.models import IdentityClaim
from accounts.users.models import User
from accounts.vault.models import PersonKey
from accounts.vault.routing import VaultRouter, belongs, is_shared
from accounts.vault.store.models import SealedIdentity

ROUTER = VaultRouter()


def test_it_sends_the_vaults_table_to_the_vault_and_all_others_nowhere_special() -> None:
    for choose in (ROUTER.db_for_read, ROUTER.db_for_write):
        assert choose(SealedIdentity) == "vault"
        assert choose(PersonKey) is None
    assert not ROUTER.allow_relation(SealedIdentity(), PersonKey())
    assert ROUTER.allow_relation(User(), IdentityClaim())


@pytest.mark.django_db
def test_neither_database_holds_a_table_of_the_other() -> None:
    vault, default = (set(connections[alias].introspection.table_names()) for alias in ("vault", "default"))
    assert vault - {"django_migrations"} == {"vault_sealedidentity"}
    assert "vault_sealedidentity" not in default
    assert len(default) > 50


@pytest.fixture
def empty_vault(django_db_blocker: Any, tmp_path: Any) -> Iterator[None]:
    """A vault that nobody has migrated yet."""
    vault = connections["vault"]
    name = vault.settings_dict["NAME"]
    with django_db_blocker.unblock():
        vault.close()
        vault.settings_dict["NAME"] = str(tmp_path / "fresh.sqlite3")
        yield
        vault.close()
        vault.settings_dict["NAME"] = name


@pytest.mark.skipif("connections['vault'].vendor != 'sqlite'", reason="makes a file of its own")
def test_the_vaults_migrations_make_its_tables_and_no_other(empty_vault: None) -> None:
    call_command("migrate", "vault", database="vault", verbosity=0)
    assert set(connections["vault"].introspection.table_names()) == {
        "django_migrations",
        "vault_sealedidentity",
    }
    call_command("migrate", "vault", "zero", database="vault", verbosity=0)
    assert set(connections["vault"].introspection.table_names()) == {"django_migrations"}


def test_migrations_that_run_sql_or_python_ask_it_first() -> None:
    ran: list[str] = []
    operation = migrations.RunPython(lambda apps, editor: ran.append(editor.connection.alias))
    for alias in ("vault", "default"):
        editor = connections[alias].schema_editor(collect_sql=True)
        operation.database_forwards("accounts", editor, ProjectState(), ProjectState())
    assert ran == ["default"]
    assert not ROUTER.allow_migrate("vault", "marking")
    assert not ROUTER.allow_migrate("default", "vault")


POSTGRESQL = {"ENGINE": "django.db.backends.postgresql", "HOST": "db", "PORT": "", "NAME": "yinji"}


@pytest.mark.parametrize(
    ("other", "is_one"),
    [({}, True), ({"NAME": "vault"}, False), ({"HOST": "vault"}, False), ({"USER": "web"}, True)],
)
def test_it_knows_one_database_under_two_names(other: dict[str, str], is_one: bool) -> None:
    databases = {"default": POSTGRESQL, "vault": POSTGRESQL | other}
    assert is_shared(databases) is is_one
    assert belongs("vault", "default", databases) is is_one
    assert belongs("accounts", "vault", databases) is is_one
