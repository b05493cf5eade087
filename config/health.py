"""Is it alive, and can it work? ``/healthz`` and ``/readyz``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from celery import shared_task
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from accounts.access.declare import public
from accounts.records.queries import is_signed

HEARTBEAT_KEY = "worker-heartbeat"
# Six missed beats of the schedule in config.settings: all workers may be busy with large pictures for a while.
HEARTBEAT_LATE_AFTER = timedelta(seconds=120)
PROBE = "health-probe"


@public
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@public
def ready(request: HttpRequest) -> JsonResponse:
    """Everything that the main job needs answers: 200, or 503 with what does not. Names no detail."""
    parts = {name: probe() for name, probe in PROBES.items()}
    status = 200 if all(parts.values()) else 503
    return JsonResponse({"status": "ok" if status == 200 else "not ready", "parts": parts}, status=status)


@shared_task(name="config.health.beat", ignore_result=True)
def beat() -> None:
    """The worker says that it is there; the scheduler sends this, so it proves both."""
    cache.set(HEARTBEAT_KEY, timezone.now().isoformat(), timeout=None)


def _database_answers() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False


def _storage_answers() -> bool:
    try:
        name = default_storage.save(PROBE, ContentFile(b"ok"))
        default_storage.delete(name)
    except OSError:
        return False
    return True


def _worker_answers() -> bool:
    last = cache.get(HEARTBEAT_KEY)
    return last is not None and timezone.now() - datetime.fromisoformat(last) < HEARTBEAT_LATE_AFTER


def _log_is_signed() -> bool:
    try:
        return is_signed(timezone.now())
    except DatabaseError:
        return False


PROBES: dict[str, Callable[[], bool]] = {
    "database": _database_answers,
    "storage": _storage_answers,
    "worker": _worker_answers,
    "log": _log_is_signed,
}
