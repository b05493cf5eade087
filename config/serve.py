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

from config.supervisor import Part

OPERATOR_EMAIL = "operator@localhost.localdomain"


class NotStartable(Exception):
    """The site cannot start; the text says why and what to do."""


def parts() -> dict[str, Part]:
    """The three processes of the embedded default."""
    environment = settings.ENVIRONMENT
    python = sys.executable
    celery = [python, "-m", "celery", "--quiet", "-A", "config.celery"]
    return {
        "web": Part("web", [
            python, "-m", "gunicorn", "config.wsgi:application",
            "--bind", f"{environment['YINJI_HOST']}:{environment['YINJI_PORT']}",
            "--workers", str(environment["YINJI_WEB_WORKERS"]), "--worker-class", "gthread", "--threads", "4",
            "--timeout", "120", "--graceful-timeout", "10", "--no-control-socket", "--log-level", "warning",
        ]),
        "worker": Part("worker", [
            *celery, "worker", "--concurrency", str(environment["YINJI_MARK_WORKERS"]), "--loglevel", "WARNING",
            "--without-gossip", "--without-mingle", "--without-heartbeat",
        ]),
        "scheduler": Part("scheduler", [*celery, "beat", "--loglevel", "WARNING", "--pidfile="]),
    }  # fmt: skip


def prepare() -> None:
    """Bring database, cache table and static files up to date. Safe to run at every start."""
    refuse_newer_database()
    call_command("migrate", interactive=False, verbosity=0)
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
                f"Cannot listen on {host}:{port} ({error.strerror}): set YINJI_PORT."
            ) from error
