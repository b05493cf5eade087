from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.folders import sole_writer, write_through


@pytest.fixture
def another(tmp_path: Path) -> Iterator[int]:
    """The folder as another process opens it."""
    descriptor = os.open(tmp_path, os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


def test_it_lets_nobody_else_write_until_it_has_left(tmp_path: Path, another: int) -> None:
    with sole_writer(tmp_path), pytest.raises(BlockingIOError):
        fcntl.flock(another, fcntl.LOCK_EX | fcntl.LOCK_NB)

    fcntl.flock(another, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_writer_who_fails_lets_others_in(tmp_path: Path, another: int) -> None:
    with pytest.raises(OSError, match="full"), sole_writer(tmp_path):
        raise OSError("full")

    fcntl.flock(another, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_it_writes_through_what_it_holds(tmp_path: Path) -> None:
    with sole_writer(tmp_path):
        write_through(tmp_path)


def test_there_has_to_be_a_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), sole_writer(tmp_path / "none"):
        pass
