"""The worker …"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from config.celery import app

ROOMS = ("accounts", "consent", "marking", "config")


def _modules() -> set[str]:
    found = (path for room in ROOMS for path in (settings.ROOT / room).rglob("tasks.py"))
    gathered = {"config.tasks"}  # names the tasks of other modules
    return {
        ".".join(Path(path).relative_to(settings.ROOT).with_suffix("").parts) for path in found
    } - gathered


def test_it_knows_the_tasks_of_every_room() -> None:
    app.loader.import_default_modules()
    known = {task.__module__ for task in app.tasks.values()}
    assert _modules() - known == set()


def test_it_knows_everything_that_is_scheduled() -> None:
    app.loader.import_default_modules()
    scheduled = {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled - set(app.tasks) == set()
