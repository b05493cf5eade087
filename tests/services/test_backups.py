"""The backups that docs/operating.md describes, made by its own words: the whole one restores a site, the long one holds no key."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.functional.site import ROOT, free_port
from tests.services.servers import postgres, postgres_programs, vault_of
from tests.services.test_grown_up import GrownUp, _require

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("services")]

SCRIPTS = re.findall(r"```sh\n(set -eu\n.*?)```", (ROOT / "docs" / "operating.md").read_text(), re.DOTALL)
ADDRESS = "marguerite@example.org"
PLANT = (
    "from django.db import transaction; from accounts.records import log; from accounts.users.models import User;"
    "from consent.contacts.services import contact_for;"
    "user = User.objects.create_user('ada@example.com', 'correct horse battery');"
    "transaction.atomic(log.append)(kind='account.sessions_ended', subject='user:A', body={'sessions': 1},"
    "by=user, person=user);"
    f"keys = [user.person_key.wrapped, contact_for('{ADDRESS}').wrapped_key];"
    "print(*(bytes(each).hex() for each in keys))"
)
READ = (
    "from consent.models import Contact; from consent.contacts.services import address_of;"
    "print(address_of(Contact.objects.get()))"
)


def made_by(script: str, site: GrownUp, folder: Path, **variables: str) -> None:
    """Run a script of the manual in ``folder``, with ``manage.py`` and what it calls on the path."""
    programs = folder / "programs"
    programs.mkdir()
    _program(programs / "manage.py", f'cd {ROOT} && exec {sys.executable} manage.py "$@"')
    if shutil.which("sqlite3") is None:
        says = "import sqlite3, sys; sqlite3.connect(sys.argv[1], isolation_level=None).executescript(sys.argv[2])"
        _program(programs / "sqlite3", f'exec {sys.executable} -c "{says}" "$@"')
    path = [str(programs), str(postgres_programs() or programs), site.environment["PATH"]]
    run = subprocess.run(
        ["sh", "-c", script], cwd=folder, capture_output=True, text=True, timeout=120,
        env=site.environment | variables | {"PATH": ":".join(path)},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr


def _program(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def planted(site: GrownUp) -> list[bytes]:
    """A site of which somebody knows something: two wrapped keys."""
    site.manage("migrate", "-v0")
    site.manage("migrate", "vault", "--database", "vault", "-v0")
    return [bytes.fromhex(each) for each in site.manage("shell", "-v0", "-c", PLANT).split()]


def test_there_is_a_script_for_each_database() -> None:
    assert ["pg_dump" in each for each in SCRIPTS] == [True, False]


def test_the_backups_of_sqlite(tmp_path: Path) -> None:
    site = GrownUp(tmp_path, free_port())
    site.addresses = {}
    keys = planted(site)
    backups = tmp_path / "backups"
    backups.mkdir()
    for _again in range(2):
        shutil.rmtree(backups / "programs", ignore_errors=True)
        made_by(SCRIPTS[1], site, backups)

    whole, long = ((backups / f"{name}.sqlite3").read_bytes() for name in ("whole", "long"))
    assert [key in whole for key in keys] == [True, True]
    assert [key in long for key in keys] == [False, False]
    database = tmp_path / "data" / "yinji.sqlite3"
    for kept, level in (("whole", "--deep"), ("long", "--bytes")):
        _replace(database, backups / f"{kept}.sqlite3")
        assert site.manage_json("records", "verify", level)["findings"] == []
        if kept == "whole":
            assert site.manage("shell", "-v0", "-c", READ).strip() == ADDRESS


def _replace(database: Path, backup: Path) -> None:
    for left in database.parent.glob(f"{database.name}*"):
        left.unlink()
    shutil.copy(backup, database)


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    _require(postgres_programs, "PostgreSQL 15")
    with postgres(tmp_path_factory.mktemp("postgresql")) as address:
        yield address


def test_the_backups_of_postgresql(server: str, tmp_path: Path) -> None:
    site = GrownUp(tmp_path, free_port())
    site.addresses = {"DATABASE_URL": server, "VAULT_DATABASE_URL": vault_of(server)}
    keys = planted(site)
    backups = tmp_path / "backups"
    backups.mkdir()
    made_by(SCRIPTS[0], site, backups)

    whole, long = ((backups / f"{name}.sql").read_text() for name in ("whole", "long"))
    assert [key.hex() in whole for key in keys] == [True, True]
    assert [key.hex() in long for key in keys] == [False, False]
    left_out = site.manage("vault", "key-tables").split()
    assert [f"COPY public.{table} " in whole for table in left_out] == [True] * len(left_out)
    assert [f"COPY public.{table} " in long for table in left_out] == [False] * len(left_out)
    for kept, level in (("whole", "--deep"), ("long", "--bytes")):
        site.addresses["DATABASE_URL"] = _loaded(server, kept, backups / f"{kept}.sql")
        assert site.manage_json("records", "verify", level)["findings"] == []
        if kept == "whole":
            assert site.manage("shell", "-v0", "-c", READ).strip() == ADDRESS


def _loaded(server: str, name: str, backup: Path) -> str:
    """The address of a new database into which a backup was loaded."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    address = urlsplit(server)._replace(path=f"/{name}").geturl()
    program = shutil.which("psql") or str((postgres_programs() or Path()) / "psql")
    run = subprocess.run(
        [program, "-q", address, "-f", str(backup)], capture_output=True, text=True, timeout=120
    )
    said = [line for line in run.stderr.splitlines() if "ERROR" in line]
    assert run.returncode == 0, run.stderr
    assert all("violates foreign key constraint" in line for line in said)
    assert bool(said) is (name == "long"), said
    return address
