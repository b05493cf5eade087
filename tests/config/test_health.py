from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from config import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_heartbeat() -> Iterator[None]:
    cache.delete(health.HEARTBEAT_KEY)
    yield
    cache.delete(health.HEARTBEAT_KEY)


def test_it_says_that_it_lives(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_it_is_ready_once_the_worker_beats(client: Client) -> None:
    before = client.get("/readyz")
    assert (before.status_code, before.json()["parts"]["worker"]) == (503, False)
    health.beat()
    after = client.get("/readyz")
    assert (after.status_code, after.json()["status"]) == (200, "ok")
    assert not after.cookies


def test_it_notices_a_worker_that_fell_silent(client: Client) -> None:
    late = timezone.now() - health.HEARTBEAT_LATE_AFTER - timedelta(seconds=1)
    cache.set(health.HEARTBEAT_KEY, late.isoformat())
    assert client.get("/readyz").json()["parts"]["worker"] is False


def test_it_notices_a_database_that_is_not_up_to_date(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'marking'")
    assert client.get("/readyz").json()["parts"]["database"] is False


def test_it_notices_a_database_that_does_not_answer(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO gone")
        cursor.execute("CREATE TABLE django_migrations (id integer)")
    assert client.get("/readyz").json()["parts"]["database"] is False


def test_it_notices_storage_that_cannot_be_written(client: Client, tmp_path: Path, settings: object) -> None:
    blocked = tmp_path / "a-file"
    blocked.touch()
    settings.STORAGES = {  # type: ignore[attr-defined]
        **_storages(),
        "default": {**_storages()["default"], "OPTIONS": {"location": blocked}},
    }
    assert client.get("/readyz").json()["parts"]["storage"] is False


def _storages() -> dict[str, dict[str, object]]:
    return dict(settings.STORAGES)
