"""A work that was marked, released and registered here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache

from accounts.users.models import User
from marking.registry.models import Registration
from tests.marking.verification.marked_files import MarkedFile, marked_file, register


@pytest.fixture(autouse=True)
def _no_counts_left_over() -> None:
    cache.clear()


@pytest.fixture
def marked() -> MarkedFile:
    """The released file."""
    return marked_file()


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[bytes], Path]:
    """Write bytes into a file."""

    def save(data: bytes) -> Path:
        path = tmp_path / "upload"
        path.write_bytes(data)
        return path

    return save


@pytest.fixture
def registered(user: User, marked: MarkedFile) -> Registration:
    """The marked file's work, released by ``user`` and registered."""
    return register(user, marked)
