"""PostgreSQL and Redis in place of the embedded default, by environment variables alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from PIL import Image

from tests.config.test_migrating import (
    AMONG_THE_FOLDED,
    FIRST_OF_THE_FOLDED,
    is_killed_before_it_notes,
    start_at_once,
)
from tests.conftest import photograph
from tests.functional.site import ROOT, Site, free_port
from tests.services.servers import postgres, postgres_programs, redis, redis_program, vault_of

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("services")]

ON_POSTGRESQL = [
    "tests/accounts/records/test_log.py",
    "tests/accounts/records/test_tile_views.py",
    "tests/accounts/records/test_asking.py",
    "tests/accounts/records/test_signing_on_any_database.py",
    "tests/accounts/records/test_owing.py",
    "tests/accounts/records/test_rotating.py",
    "tests/accounts/records/test_shard_attacks.py",
    "tests/accounts/identity/test_adopting.py",
    "tests/accounts/identity/test_concurrency.py",
    "tests/accounts/identity/test_indexes.py",
    "tests/accounts/identity/test_keeping.py",
    "tests/accounts/identity/test_reindexing.py",
    "tests/accounts/leaving/test_shredding.py",
    "tests/accounts/vault/test_dump_proof.py",
    "tests/accounts/vault/test_keeper.py",
    "tests/accounts/vault/test_rotation.py",
    "tests/accounts/vault/test_routing.py",
    "tests/accounts/api/test_idempotency.py",
    "tests/accounts/elevation/test_races.py",
    "tests/accounts/retention/test_holds.py",
    "tests/accounts/retention/test_migration.py",
    "tests/accounts/retention/test_races.py",
    "tests/accounts/sanctions/test_four_eyes.py",
    "tests/accounts/users/test_services.py",
    "tests/consent/test_contents.py::test_each_kind_is_emptied_three_years_after_its_end_and_not_before",
    "tests/consent/test_contents.py::test_the_database_refuses_an_emptied_row_with_content",
    "tests/consent/requests/test_migration.py",
    "tests/consent/uses/test_races.py",
    "tests/consent/withdrawal",
    "tests/marking/desk/test_held.py",
    "tests/marking/desk/measures/test_services.py",
    "tests/marking/desk/measures/test_acting.py",
    "tests/marking/desk/filing/test_services.py",
    "tests/marking/desk/decisions/test_services.py",
    "tests/marking/registry",
    "tests/marking/unlabelled/test_held.py",
    "tests/marking/works/test_holds.py",
    "tests/marking/works/test_jobs.py",
    "tests/marking/works/test_services.py",
]


def _require(program: Callable[[], object], name: str) -> None:
    if program() is not None:
        return
    if os.environ.get("YINJI_TESTS_MUST_NOT_SKIP"):
        pytest.fail(f"{name} is not installed, and nothing may be left out here")
    pytest.skip(f"left out: {name} is not installed (Debian has a package)")


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty one for each test: a site refuses a database that was sealed with another's keys."""
    _require(postgres_programs, "PostgreSQL 15")
    with postgres(tmp_path_factory.mktemp("postgresql")) as address:
        yield address


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    _require(redis_program, "Redis")
    with redis(tmp_path_factory.mktemp("redis")) as address:
        yield address


def test_the_database_tests_hold_on_postgresql(database: str, tmp_path: Path) -> None:
    # A folder of its own: pytest tidies the folders of its earlier runs, and must not tidy this one's.
    options = ["-q", "-p", "no:cacheprovider", "-n", "0", f"--basetemp={tmp_path / 'inner'}"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *ON_POSTGRESQL],
        cwd=ROOT, capture_output=True, text=True, timeout=900,
        env={**os.environ, "DATABASE_URL": database, "VAULT_DATABASE_URL": vault_of(database)},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-4000:]
    assert " passed" in run.stdout


def test_the_webs_role_can_deposit_and_ask_and_reads_nothing(database: str, tmp_path: Path) -> None:
    """The role that docs/operating.md gives the web processes, with the code that they run."""
    site = GrownUp(tmp_path, free_port())
    site.addresses = {"DATABASE_URL": database, "VAULT_DATABASE_URL": vault_of(database)}
    site.manage("shell", "-c", "from config.serve import prepare; prepare(only='keeper')")
    with psycopg.connect(vault_of(database), autocommit=True) as connection:
        connection.execute(_grants())
    site.addresses["VAULT_DATABASE_URL"] = vault_of(database, role="yinji_web")
    said = site.manage("shell", "-v0", "-c", (Path(__file__).parent / "web_role.py").read_text()).splitlines()
    assert said[0] == "prepared"
    assert said[1:4] == ["verified", "bears the name: True", "bears another: False"]
    assert said[4:] == ["InsufficientPrivilege"] * 6 + ["KeeperAbsent"]

    site.addresses["VAULT_DATABASE_URL"] = vault_of(database)
    assert "欧阳娜娜" in site.manage("shell", "-c", OPEN)


def _grants() -> str:
    """The first block of SQL in the operator's manual."""
    return (ROOT / "docs" / "operating.md").read_text().split("```sql\n")[1].split("```")[0]


OPEN = (
    "from django.conf import settings; from accounts.models import IdentityClaim; from accounts.vault import keeper;"
    "from accounts.vault.opening_keys import load_opening; keeper.hold(load_opening(settings.DATA));"
    "claim = IdentityClaim.objects.get(user__email='web@example.com');"
    "print(keeper.open_fields(claim.reference, frozenset(keeper.Field)))"
)


def test_a_work_is_marked_over_postgresql_and_redis(database: str, broker: str, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    Image.fromarray(photograph()).save(picture)
    site = GrownUp(tmp_path, free_port())
    site.addresses = {
        "DATABASE_URL": database,
        "VAULT_DATABASE_URL": vault_of(database),
        "BROKER_URL": f"{broker}/0",
        "CACHE_URL": f"{broker}/1",
    }
    site.start()
    try:
        site.manage("user", "create", "ada@example.com", "--real-name", "Ada", "--document", "passport:E12345678",
                    "--approve")  # fmt: skip
        site.manage("shell", "-c", SUBMIT.format(path=str(picture)))
        deadline = time.monotonic() + 60
        while "released" not in (state := site.manage("shell", "-c", STATE)):
            assert time.monotonic() < deadline, f"{state}\n{site.log()}"
            time.sleep(0.5)
        assert site.manage_json("records", "verify")["findings"] == []
    finally:
        site.stop()


@pytest.fixture
def empty(database: str) -> Iterator[dict[str, str]]:
    """The addresses of two databases of their own on the same server, for everything and for the vault."""
    names = ("empty", "empty_vault")
    with psycopg.connect(database, autocommit=True) as connection:
        for name in names:
            connection.execute(f"CREATE DATABASE {name}")
        first, vault = (urlsplit(database)._replace(path=f"/{name}").geturl() for name in names)
        yield {"DATABASE_URL": first, "VAULT_DATABASE_URL": vault}
        for name in names:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_machines_that_start_at_once_prepare_their_database_one_after_another(
    empty: dict[str, str], tmp_path: Path
) -> None:
    here, there = (
        GrownUp(tmp_path / part, free_port(), ("--only", part), variables={"YINJI_MARK_WORKERS": "1"})
        for part in ("keeper", "worker")
    )
    here.addresses = there.addresses = empty
    here.folder.mkdir()
    here.manage("config")  # makes the keys
    shutil.copytree(here.folder, there.folder)
    start_at_once([here, there])


def test_a_migration_of_postgresql_that_is_killed_before_it_is_noted_is_made_by_the_next_start(
    empty: dict[str, str], tmp_path: Path
) -> None:
    site = GrownUp(tmp_path, free_port())
    site.addresses = empty
    assert is_killed_before_it_notes(FIRST_OF_THE_FOLDED, site)
    assert is_killed_before_it_notes(AMONG_THE_FOLDED, site)
    site.manage("migrate", "-v0")
    site.manage("migrate", "--check")


SUBMIT = (
    "from pathlib import Path; from accounts.users.models import User; from marking.works.services import submit;"
    "from marking.works.declaration import *; submit(by=User.objects.get(email='ada@example.com'), path=Path({path!r}),"
    "name='a.png', declaration=Declaration('G', '1', Kind.SCENE, Depicts.NOBODY))"
)
STATE = "from marking.models import Work; print(Work.objects.get().state)"


class GrownUp(Site):
    """A site over outside servers."""

    addresses: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | self.addresses | {"YINJI_CREATE_KEYS": "yes"}
