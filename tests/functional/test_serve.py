"""``manage.py serve`` as its operator knows it: start, stop, start again, and deaths in between."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import photograph
from tests.functional.site import Site, free_port, running

pytestmark = pytest.mark.xdist_group("serve")

PERSON = (
    "user",
    "create",
    "ada@example.com",
    "--real-name",
    "Ada",
    "--document",
    "passport:E12345678",
    "--approve",
)


def _until_ready(site: Site) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{site.address}/readyz") as answer:
                assert json.load(answer)["status"] == "ok"
                return
        except urllib.error.HTTPError:
            time.sleep(0.5)
    raise AssertionError(f"not ready\n{site.log()}")


def test_it_starts_with_one_command_stops_together_and_loses_nothing(tmp_path: Path) -> None:
    with running(tmp_path) as site:
        _until_ready(site)
        password = site.operator_password()
        site.manage(*PERSON)
        children = site.children()
        assert len(children) >= 5
        assert site.stop() == 0
        assert not any(Path(f"/proc/{pid}").exists() for pid in children)

        site.start()
        assert site.log().count("one-time password") == 1
        assert password in site.log()
        emails = site.manage("shell", "-c", "from accounts.users.models import User;"
                             "print(*User.objects.values_list('email', flat=True))")  # fmt: skip
        assert "ada@example.com" in emails
        mode = (tmp_path / "data" / "keys.json").stat().st_mode & 0o777
        assert mode == 0o600


def test_it_says_so_when_it_runs_already_or_cannot_listen(tmp_path: Path) -> None:
    with running(tmp_path) as site:
        again = Site(tmp_path, free_port())
        with pytest.raises(AssertionError, match="already serves"):
            again.start()
        (tmp_path / "other").mkdir()
        with pytest.raises(AssertionError, match="set YINJI_PORT"):
            Site(tmp_path / "other", site.port).start_beside()


def test_a_work_is_marked_once_although_everything_was_killed_in_the_middle(tmp_path: Path) -> None:
    picture = tmp_path / "large.png"
    Image.fromarray(photograph(3000, 4000)).save(picture, compress_level=1)
    with running(tmp_path) as site:
        site.manage(*PERSON)
        _submit(site, picture)
        _wait_for(site, "marking")
        site.kill_everything()
        assert _state(site)["state"] == "marking"

        site.start()
        _wait_for(site, "released")
        final = _state(site)
        assert final["attempts"] >= 2
        assert final["registrations"] == 1
        assert final["released"] == 1
        assert site.manage_json("records", "verify")["findings"] == []


def test_works_are_marked_although_a_worker_was_killed(tmp_path: Path) -> None:
    picture = tmp_path / "small.png"
    Image.fromarray(photograph(200, 300)).save(picture)
    with running(tmp_path) as site:
        site.manage(*PERSON)
        _until_ready(site)
        workers = [
            pid for pid in site.children() if b"worker-1@" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]
        assert workers
        os.kill(workers[0], signal.SIGKILL)
        _submit(site, picture)
        _wait_for(site, "released")
        assert "worker-1 ended with status -9" in site.log()


def _submit(site: Site, picture: Path) -> None:
    script = (
        "from pathlib import Path; from accounts.users.models import User;"
        "from marking.works.services import submit; from marking.works.declaration import *;"
        f"submit(by=User.objects.get(email='ada@example.com'), path=Path({str(picture)!r}), name='a.png',"
        "declaration=Declaration('G', '1', Kind.SCENE, Depicts.NOBODY))"
    )
    site.manage("shell", "-c", script)


def _state(site: Site) -> dict[str, object]:
    script = (
        "import json; from marking.models import *; from accounts.models import Record; w=Work.objects.get();"
        "print(json.dumps(dict(state=w.state, attempts=w.job.attempts, registrations=Registration.objects.count(),"
        "released=Record.objects.filter(kind='work.released').count())))"
    )
    return dict(json.loads(site.manage("shell", "-c", script).splitlines()[-1]))


def _wait_for(site: Site, state: str) -> None:
    """Ask the database file itself: a command a time would be too slow to catch a state that passes."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        database = sqlite3.connect(site.folder / "data" / "yinji.sqlite3", timeout=20)
        try:
            if database.execute("select state from marking_work").fetchall() == [(state,)]:
                return
        finally:
            database.close()
        time.sleep(0.02)
    raise AssertionError(f"never {state}\n{site.log()}")
