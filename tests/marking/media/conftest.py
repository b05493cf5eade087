"""The files of a test, opened as pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest

from marking.media import Limits, Picture, open_picture

LIMITS = Limits()


class Opened(Protocol):
    def __call__(self, content: bytes, name: str = "file.bin", limits: Limits = LIMITS) -> Picture: ...


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Writes bytes to a file and opens it."""

    def read(content: bytes, name: str = "file.bin", limits: Limits = LIMITS) -> Picture:
        path = tmp_path / name
        path.write_bytes(content)
        return open_picture(path, limits)

    return read
