from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.functional.browser import chromium, executable
from tests.functional.site import Site, running

expect.set_options(
    timeout=30_000
)  # ms, as for everything else that a page is waited for: machines are shared


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site as ``manage.py serve`` starts it on an empty folder."""
    with running(tmp_path_factory.mktemp("site")) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; a machine without one leaves these tests out and says so, CI fails instead."""
    if executable() is None:
        if os.environ.get("YINJI_TESTS_MUST_NOT_SKIP"):
            pytest.fail("Chromium is not installed, and nothing may be left out here")
        pytest.skip("left out: the browser journeys (install Debian's chromium package)")
    with chromium() as started:
        yield started


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A 1200 × 900 JPEG photograph."""
    from PIL import Image

    from config.paintings import mountains

    path = tmp_path / "photo.jpg"
    Image.fromarray(mountains()).save(path, quality=92)
    return path


@pytest.fixture
def unmarked(tmp_path: Path) -> Path:
    """A 1200 × 900 JPEG photograph that no test marks: the site would know its like."""
    from PIL import Image

    from config.paintings import dunes

    folder = tmp_path / "unmarked"
    folder.mkdir()
    Image.fromarray(dunes()).save(folder / "photo.jpg", quality=92)
    return folder / "photo.jpg"
