"""Real starts of the real site: at once, and killed in the middle."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.functional.site import ROOT, STOP_TIMEOUT, Site, free_port

START_TIMEOUT = 240.0


def start_at_once(sites: Sequence[Site]) -> None:
    """Run what ``--only`` names of each site beside the others', until all say that they serve; then stop them.

    Fails with what was said by one that ends before.
    """
    running = [_started(site, site.folder / f"{number}.log") for number, site in enumerate(sites)]
    try:
        deadline = time.monotonic() + START_TIMEOUT
        for process, log in running:
            while "Yinji 印记 serves" not in log.read_text():
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
    finally:
        for process, _ in running:
            process.send_signal(signal.SIGINT)
        for process, _ in running:
            process.wait(STOP_TIMEOUT)


def _started(site: Site, log: Path) -> tuple[subprocess.Popen[bytes], Path]:
    with log.open("w") as file:
        command = [sys.executable, "manage.py", "serve", *site.options]
        return subprocess.Popen(command, cwd=ROOT, env=site.environment, stdout=file, stderr=file), log


DIES = """
import os, signal
from django.core.management import call_command
from django.db import connection

def die(execute, sql, params, many, context):
    if 'INSERT INTO "django_migrations"' in sql and {{*params}} >= {names!r}:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)

with connection.execute_wrapper(die):
    call_command("migrate", verbosity=0)
"""
NAMED_ALONE, FIRST_OF_THE_FOLDED, AMONG_THE_FOLDED = (
    {"auth", "0001_initial"},
    {"accounts", "0001_initial"},
    {"accounts", "0009_without_number_index"},
)


def is_killed_before_it_notes(names: set[str], site: Site) -> bool:
    """Whether a migration of ``site`` was killed when it was to write down that the migration of these names is made."""
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", DIES.format(names=names)]
    done = subprocess.run(command, cwd=ROOT, env=site.environment, timeout=START_TIMEOUT)
    return done.returncode == -signal.SIGKILL


EVERY_STATEMENT = """
import itertools, json, os, signal
from django.core.management import call_command
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

def migrate(moment):
    statements = itertools.count(1)
    def die(execute, *args):
        if next(statements) == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*args)
    with connections["vault"].execute_wrapper(die):
        call_command("migrate", "vault", database="vault", verbosity=0)

states = []
for moment in itertools.count(1):
    connections.close_all()
    child = os.fork()
    if not child:
        migrate(moment)
        os._exit(0)
    if not os.waitpid(child, 0)[1]:
        break
    vault = connections["vault"]
    applied = MigrationRecorder(vault).applied_migrations()
    states.append([*vault.introspection.table_names(), *(name for _, name in applied)])
print(json.dumps(states))
"""
"""Kills a migration of the vault at its first statement, at its second and so on, and prints what is found after each."""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path, free_port(), variables={"YINJI_MARK_WORKERS": "1"})


def test_parts_that_start_at_once_on_an_empty_folder_prepare_it_one_after_another(tmp_path: Path) -> None:
    sites = []
    for part in ("worker", "keeper", "scheduler"):
        sites.append(Site(tmp_path, free_port(), ("--only", part), variables={"YINJI_MARK_WORKERS": "1"}))
    start_at_once(sites)
    said = [log.read_text() for log in tmp_path.glob("*.log")]
    assert sum("one-time password" in each for each in said) == 1


def test_a_migration_that_is_killed_before_it_is_noted_is_made_by_the_next_start(site: Site) -> None:
    for names in (NAMED_ALONE, FIRST_OF_THE_FOLDED, AMONG_THE_FOLDED):
        assert is_killed_before_it_notes(names, site)
    site.manage("migrate", "-v0")
    site.manage("migrate", "--check")


def test_a_database_is_migrated_as_a_whole_or_left_as_it_was(site: Site) -> None:
    states = json.loads(site.manage("shell", "-v0", "-c", EVERY_STATEMENT))
    assert len(states) > 10
    whole = ["django_migrations", "vault_sealedidentity", "0001_sealed_identities"]
    assert [state for state in states if state not in ([], whole)] == []
