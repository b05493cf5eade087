"""What ``manage.py serve`` prepares and runs."""

from __future__ import annotations

import sys

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from accounts.guardians import naming
from accounts.identity import reindexing
from accounts.identity.adopting import adopt
from accounts.vault import sealing
from accounts.vault.keeper import QUEUE
from accounts.vault.models import PersonKey
from accounts.vault.opening_keys import WITHHELD
from accounts.vault.routing import VAULT
from config import held_keys, history
from config.starting import NotStartable as NotStartable
from config.supervisor import Part

OPERATOR_EMAIL = "operator@localhost.localdomain"
# A slow sender holds a thread; a buffering proxy in front is what keeps many of them off.
WEB_THREADS = "16"
WORKER_QUEUE = "celery"  # Celery's name for the queue of tasks that name none

UNUSED_FILES = ["htmx-2*", "htmx-4.js", "htmax-*", "hx-*"]
"""Of what django_htmx ships our pages load ``htmx-4.min.js`` alone; to compress the rest takes seconds at every start."""


def parts() -> dict[str, list[Part]]:
    """The processes of the embedded default, by what ``--only`` calls them.

    Each marking process is a worker of its own with Celery's solo pool. In a prefork pool the children share a
    lock on the queue; one that is killed while it waits takes the lock along, and all of them stand still.
    """
    environment = settings.ENVIRONMENT
    python = sys.executable
    celery = [python, "-m", "celery", "--quiet", "--skip-checks", "-A"]  # `serve` has made those that matter
    web = [
        python, "-m", "gunicorn", "config.wsgi:application",
        "--bind", f"{environment['YINJI_HOST']}:{environment['YINJI_PORT']}",
        "--workers", str(environment["YINJI_WEB_WORKERS"]), "--worker-class", "gthread", "--threads", WEB_THREADS,
        "--preload", "--timeout", "120", "--graceful-timeout", "10", "--no-control-socket", "--log-level", "warning",
    ]  # fmt: skip
    worker = [
        "worker", "--pool", "solo", "--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat",
    ]  # fmt: skip
    # Named, because a worker that names no queue also takes from those that it has ever sent to.
    marking = [*celery, "config.celery", *worker, "--queues", WORKER_QUEUE]
    keeper = [*celery, "config.keeper", *worker, "--queues", QUEUE]
    scheduler = [*celery, "config.celery", "beat", "--loglevel", "WARNING", "--pidfile="]
    names = [f"worker-{number}" for number in range(1, environment["YINJI_MARK_WORKERS"] + 1)]
    return {
        "web": [Part("web", web, WITHHELD)],
        "worker": [Part(name, [*marking, "--hostname", f"{name}@%h"], WITHHELD) for name in names],
        "keeper": [Part("keeper", [*keeper, "--hostname", "keeper@%h"])],
        "scheduler": [Part("scheduler", scheduler, WITHHELD)],
    }


def prepare(*, only: str | None = None) -> None:
    """Bring databases, cache table and static files up to date for one part or all. Safe to run at every start, by one at a time."""
    refuse_newer_database()
    refuse_half_migrated()
    call_command("migrate", interactive=False, verbosity=0)
    if may_change_vault(only):
        call_command("migrate", VAULT, database=VAULT, interactive=False, verbosity=0)
    refuse_foreign_keys()
    naming.adopt()
    adopt(timezone.now())
    refuse_lost_index_keys()
    held_keys.tell_start(only)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED_FILES)


def may_change_vault(only: str | None) -> bool:
    """Whether a part sees to the vault's tables. In an outside vault the web's role may be allowed to insert and nothing else."""
    return only in {None, "keeper"} or connections[VAULT].vendor == "sqlite"


def refuse_newer_database() -> None:
    """Raise :class:`NotStartable` when the database holds migrations that this code does not know."""
    if unknown := history.unknown(connection):
        raise NotStartable(
            f"The database is newer than this code ({', '.join(unknown)}). Start the newer version."
        )


def refuse_half_migrated() -> None:
    """Raise :class:`NotStartable` when the database has only some parts of what is one migration here."""
    if halves := history.half_applied(connection):
        raise NotStartable(history.sentence_about(halves))


def refuse_foreign_keys() -> None:
    """Raise :class:`NotStartable` when what is sealed in the database does not open with the key file's keys."""
    newest = PersonKey.objects.filter(wrapped__isnull=False).order_by("-pk").first()
    if newest is not None and not sealing.opens(newest):
        raise NotStartable(
            f"The database was sealed with other keys than those in {settings.DATA / 'keys.json'}: "
            "restore the key file that belongs to it."
        )


def refuse_lost_index_keys() -> None:
    """Raise :class:`NotStartable` when some verified document is known under no key of the key file: it could be used twice."""
    if reindexing.unknown_to_all_keys().exists():
        raise NotStartable(
            f"Documents are indexed under a key that {settings.DATA / 'keys.json'} lacks: put it back behind the newest one "
            "of identity_index_keys, and remove it once `manage.py vault status` calls no index outdated."
        )
