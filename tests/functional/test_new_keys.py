"""New keys for the vault beside the running site: nobody is sent away meanwhile, and nobody is verified twice."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.functional.site import Site, running

KINDS = ("master", "index", "opening")
PAGES = ("/", "/readyz", "/accounts/login/", "/complaints/")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site of its own, since its keys change, with three people."""
    with running(tmp_path) as started:
        for number in range(3):
            verify(started, f"before{number}@example.com", f"E1000000{number}")
        _wait_for_its_worker(started)
        yield started


def _wait_for_its_worker(site: Site) -> None:
    """Until it is ready, which its worker's first sign of life is a part of."""
    for _ in range(120):
        if _status(f"{site.address}/readyz") == 200:
            return
        time.sleep(1)
    raise AssertionError(f"the site is not ready:\n{site.log()}")


def verify(site: Site, email: str, number: str, code: int = 0) -> None:
    site.manage("user", "create", email, "--real-name", "Ada Lovelace", "--document", f"passport:{number}", "--approve",
                code=code)  # fmt: skip


@contextmanager
def visited(site: Site) -> Iterator[Counter[int]]:
    """Ask for pages all the while; what is yielded counts the answers by their status."""
    found, is_over = Counter[int](), threading.Event()

    def visit() -> None:
        while not is_over.is_set():
            for page in PAGES:
                found[_status(f"{site.address}{page}")] += 1

    visitor = threading.Thread(target=visit)
    visitor.start()
    try:
        yield found
    finally:
        is_over.set()
        visitor.join()


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_keys_are_rotated_while_the_site_answers_and_people_are_verified(site: Site) -> None:
    with visited(site) as answers:
        for kind in KINDS:
            site.manage("vault", "new-key", kind)
        status = site.manage_json("vault", "status")
        assert all((status[kind]["keys"], status[kind]["outdated"] > 0) == (2, True) for kind in KINDS), (
            status
        )
        verify(site, "meanwhile@example.com", "E20000000")
        verify(site, "twice@example.com", "E10000001", code=1)
        site.manage("vault", "rotate")
        verify(site, "after@example.com", "E30000000")
    status = site.manage_json("vault", "status")
    assert [status[kind]["outdated"] for kind in KINDS] == [0, 0, 0], status
    assert set(answers) == {200}, answers
    for number in ("E10000000", "E20000000", "E30000000"):
        verify(site, f"again-{number}@example.com", number, code=1)
