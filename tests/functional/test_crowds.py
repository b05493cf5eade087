"""What strangers can do to each other, to marking, and to the site's memory of them."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import socket
import sqlite3
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.conftest import photograph
from tests.functional.crowd import Stranger, ask, crowd, status_of
from tests.functional.site import Site, running

pytestmark = pytest.mark.xdist_group("crowds")

MARKER = b"this-was-in-a-strangers-file-7f3a"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site behind a proxy, with two web processes and a folder of its own for temporary files."""
    folder = tmp_path_factory.mktemp("crowds")
    (folder / "temporary").mkdir()
    variables = {
        "YINJI_TRUSTED_PROXIES": "1",
        "YINJI_WEB_WORKERS": "2",
        "TMPDIR": str(folder / "temporary"),
    }
    with running(folder, **variables) as started:
        started.manage("user", "create", "ada@example.com", "--real-name", "Ada", "--document", "passport:E12345678",
                       "--approve")  # fmt: skip
        yield started


def png(rgb: NDArray[np.uint8], comment: bytes = b"") -> bytes:
    file, info = io.BytesIO(), PngInfo()
    info.add_text("Comment", comment.decode())
    Image.fromarray(rgb).save(file, "PNG", pnginfo=info, compress_level=0)
    return file.getvalue()


SMALL = png(photograph(64, 64))


# --- nobody keeps anybody else waiting ---------------------------------------------------------------------------


def flood() -> list[Stranger]:
    """A thousand files from six addresses, each of which sends some of them slowly."""
    return [
        Stranger(f"203.0.113.{number % 6}", SMALL, path=("/api/v1/verifications", "/")[number % 2],
                 pause=0.5 if number % 25 == 0 else 0.0)
        for number in range(1000)
    ]  # fmt: skip


@contextmanager
def _flooded(site: Site) -> Iterator[Counter[str]]:
    """While a thousand strangers ask, some of them without end; then holds how often each status was got."""
    got: Counter[str] = Counter()
    over = threading.Event()
    thread = threading.Thread(target=lambda: got.update(asyncio.run(crowd(site.port, flood(), over))))
    thread.start()
    try:
        yield got
    finally:
        over.set()
        thread.join()


def test_a_thousand_at_once_starve_neither_each_other_nor_marking(site: Site, tmp_path: Path) -> None:
    picture = tmp_path / "work.png"
    picture.write_bytes(png(photograph(256, 256)))
    with _flooded(site) as got:
        submitting = threading.Thread(target=_submit, args=[site, picture])
        submitting.start()
        served = [_patient(site, Stranger(f"198.51.100.{number}", SMALL)) for number in range(3)]
        alive = _statuses(site, "/healthz", 5)
        submitting.join()
        _until(lambda: _states(site) == ["released"], site)

    assert served == ["200"] * 3
    assert alive == [200] * 5
    assert set(got) <= {"200", "429", "503"}, got
    assert got.total() > 1000
    assert got["200"] >= 6
    assert got["429"] > 0


def _patient(site: Site, stranger: Stranger) -> str:
    """The last status that somebody gets who comes again when the site asks for patience."""
    status = ""
    for _ in range(20):
        status = status_of(ask(site.port, stranger))
        if status != "503":
            break
        time.sleep(1)
    return status


def _statuses(site: Site, path: str, times: int) -> list[int]:
    statuses = []
    for _ in range(times):
        with urllib.request.urlopen(f"{site.address}{path}", timeout=60) as answer:
            statuses.append(answer.status)
    return statuses


def _submit(site: Site, picture: Path) -> None:
    script = (
        "from pathlib import Path; from accounts.users.models import User;"
        "from marking.works.services import submit; from marking.works.declaration import *;"
        f"submit(by=User.objects.get(email='ada@example.com'), path=Path({str(picture)!r}), name='a.png',"
        "declaration=Declaration('G', '1', Kind.SCENE, Depicts.NOBODY))"
    )
    site.manage("shell", "-c", script)


def _states(site: Site) -> list[str]:
    database = sqlite3.connect(site.folder / "data" / "yinji.sqlite3", timeout=20)
    try:
        return [state for (state,) in database.execute("select state from marking_work")]
    finally:
        database.close()


def _until(holds: Callable[[], bool], site: Site) -> None:
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline, site.log()
        time.sleep(0.1)


# --- nothing is kept ---------------------------------------------------------------------------------------------


def test_nothing_is_left_of_an_upload_whose_worker_is_killed_while_it_arrives(site: Site) -> None:
    stranger = Stranger("198.51.100.20", MARKER * 10_000)
    with socket.create_connection(("127.0.0.1", site.port)) as connection:
        connection.sendall(stranger.head() + stranger.body()[:-1000])
        worker = _holder(site)
        assert worker != site.process
        os.kill(worker, signal.SIGKILL)
        connection.settimeout(60)
        assert connection.recv(100) == b""
    assert _traces(site) == []
    assert _patient(site, Stranger("198.51.100.20", SMALL)) == "200"


def test_nothing_is_left_of_a_file_whose_worker_is_killed_while_it_is_examined(site: Site) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (2000, 2000, 3), np.uint8)
    slow = Stranger("198.51.100.21", png(noise, MARKER * 100))
    with socket.create_connection(("127.0.0.1", site.port)) as connection:
        connection.sendall(slow.head() + slow.body())
        _until(lambda: _place_is_held(site), site)
        os.kill(_holder(site), signal.SIGKILL)
        connection.settimeout(60)
        assert connection.recv(100) == b""
    _until(lambda: not _open_uploads(site), site)
    assert _traces(site) == []
    assert _patient(site, Stranger("198.51.100.21", SMALL)) == "200"


def _place_is_held(site: Site) -> bool:
    return any(place.read_bytes() for place in (site.folder / "data" / "places").glob("*"))


def _holder(site: Site) -> int:
    """The web process that has an upload open, once there is one."""
    _until(lambda: bool(_open_uploads(site)), site)
    return _open_uploads(site)[0]


def _open_uploads(site: Site) -> list[int]:
    """The site's processes that have an upload open; what they have open has no name."""
    found = []
    for pid in site.children():
        for link in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                target = os.readlink(link)
            except OSError:
                continue
            if "/incoming/" in target:
                assert target.endswith(" (deleted)"), target
                found.append(pid)
    return found


def _traces(site: Site) -> list[str]:
    """Files below the site's folder, its folder of temporary files included, that hold a stranger's bytes."""
    return [str(path) for path in site.folder.rglob("*") if path.is_file() and MARKER in path.read_bytes()]


def test_its_log_names_no_stranger_and_no_answer_sets_a_cookie(site: Site) -> None:
    address, name = "198.51.100.33", "a-strangers-holiday.png"
    answers = [
        ask(site.port, Stranger(address, file, name, path))
        for path in ("/", "/api/v1/verifications")
        for file in (SMALL, b"no picture", b"")
    ]
    answers.append(_malformed(site))
    assert [status_of(each) for each in answers] == ["200", "415", "400"] * 2 + ["400"]
    assert not any(b"set-cookie" in each.lower() for each in answers)
    log = site.log()
    assert "examined a file of" in log
    assert "Invalid request" in log
    for told in (address, name, "127.0.0.1", "203.0.113.", MARKER.decode()):
        assert told not in log


def _malformed(site: Site) -> bytes:
    with socket.create_connection(("127.0.0.1", site.port)) as connection:
        connection.sendall(b"this is no request\r\n\r\n")
        return b"".join(iter(lambda: connection.recv(4096), b""))
