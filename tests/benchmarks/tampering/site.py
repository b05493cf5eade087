"""A site of its own in a scratch folder, with its own keys and database, and processes that work for it."""

from __future__ import annotations

import os
from functools import partial
from multiprocessing.pool import Pool
from pathlib import Path

import django

from config.environment import VARIABLES
from tests.benchmarks.watermark.workers import workers

OUTSIDE = {
    "EMAIL_URL": "memorymail://",
    "CACHE_URL": "locmemcache://",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}


def processes(folder: Path, count: int) -> Pool:
    """So many fresh processes of the site in ``folder``, whatever site this process belongs to."""
    return workers(count, partial(enter, folder))


def enter(folder: Path) -> None:
    """Make this process, which has not set Django up yet, one of the site in ``folder``."""
    for variable in VARIABLES:
        os.environ.pop(variable.name, None)
        os.environ.pop(f"{variable.name}_FILE", None)
    os.environ.update(OUTSIDE, YINJI_DATA=str(folder))
    django.setup()
