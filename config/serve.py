"""What ``manage.py serve`` prepares and runs."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.vault import sealing
from accounts.vault.models import PersonKey
from config.supervisor import Part

OPERATOR_EMAIL = "operator@localhost.localdomain"
# A slow sender holds a thread; a buffering proxy in front is what keeps many of them off.
WEB_THREADS = "16"


class NotStartable(Exception):
    """The site cannot start; the text says why and what to do."""


def parts() -> dict[str, list[Part]]:
    """The processes of the embedded default, by what ``--only`` calls them.

    Each marking process is a worker of its own with Celery's solo pool. In a prefork pool the children share a
    lock on the queue; one that is killed while it waits takes the lock along, and all of them stand still.
    """
    environment = settings.ENVIRONMENT
    python = sys.executable
    celery = [python, "-m", "celery", "--quiet", "-A", "config.celery"]
    web = [
        python, "-m", "gunicorn", "config.wsgi:application",
        "--bind", f"{environment['YINJI_HOST']}:{environment['YINJI_PORT']}",
        "--workers", str(environment["YINJI_WEB_WORKERS"]), "--worker-class", "gthread", "--threads", WEB_THREADS,
        "--timeout", "120", "--graceful-timeout", "10", "--no-control-socket", "--log-level", "warning",
    ]  # fmt: skip
    worker = [
        *celery, "worker", "--pool", "solo", "--loglevel", "WARNING",
        "--without-gossip", "--without-mingle", "--without-heartbeat",
    ]  # fmt: skip
    names = [f"worker-{number}" for number in range(1, environment["YINJI_MARK_WORKERS"] + 1)]
    return {
        "web": [Part("web", web)],
        "worker": [Part(name, [*worker, "--hostname", f"{name}@%h"]) for name in names],
        "scheduler": [Part("scheduler", [*celery, "beat", "--loglevel", "WARNING", "--pidfile="])],
    }


def prepare() -> None:
    """Bring database, cache table and static files up to date. Safe to run at every start."""
    refuse_newer_database()
    call_command("migrate", interactive=False, verbosity=0)
    refuse_foreign_keys()
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def refuse_newer_database() -> None:
    """Raise :class:`NotStartable` when the database holds migrations that this code does not know."""
    loader = MigrationExecutor(connection).loader
    unknown = sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations
        and (app, name) not in loader.replacements
    )  # fmt: skip
    if unknown:
        raise NotStartable(
            f"The database is newer than this code ({', '.join(unknown)}). Start the newer version."
        )


def refuse_foreign_keys() -> None:
    """Raise :class:`NotStartable` when what is sealed in the database does not open with the key file's keys."""
    newest = PersonKey.objects.filter(wrapped__isnull=False).order_by("-pk").first()
    if newest is not None and not sealing.opens(newest):
        raise NotStartable(
            f"The database was sealed with other keys than those in {settings.DATA / 'keys.json'}: "
            "restore the key file that belongs to it."
        )


@contextmanager
def sole_owner(folder: Path) -> Iterator[None]:
    """Hold the data folder for one ``serve``; raise :class:`NotStartable` when another one has it."""
    with open(folder / "serve.lock", "a+") as file:
        _lock(file, folder)
        yield


def _lock(file: IO[str], folder: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        raise NotStartable(f"Process {file.read().strip()} already serves {folder}.") from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()


def refuse_taken_port(host: str, port: int) -> None:
    """Raise :class:`NotStartable` when something listens on ``host:port`` already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise NotStartable(
                f"Cannot listen on {host}:{port} ({error.strerror or error}): set YINJI_PORT or YINJI_HOST."
            ) from error
