"""Requests per second of a certificate page, against an empty view behind the same middleware.

``python -m tests.benchmarks.certificates [ROUNDS]``: over a throw-away installation, served by one gunicorn process over one
kept connection; its CPU time in interleaved rounds, so that the ratio does not depend on the machine. Prints a table.
"""

from __future__ import annotations

import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

REQUESTS = 400
"""Requests of one kind in a round."""


def application() -> Any:
    """What gunicorn serves: the site, and an empty view."""
    import django
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse
    from django.urls import path

    django.setup()
    from accounts.access.declare import public
    from config import urls

    empty = path("b/empty", public(lambda request: HttpResponse()))
    urls.urlpatterns.insert([str(each.pattern) for each in urls.urlpatterns].index("w/"), empty)
    return get_wsgi_application()


def main(rounds: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="yinji-benchmark-") as folder:
        os.environ |= {"YINJI_DATA": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        code = _released_work()
        paths = {
            "an empty view": "/b/empty",
            "a certificate": f"/w/{code}",
            "a certificate, rendered each time": f"/w/{code}?rendered",
        }
        with _served(Path(folder)) as (connection, worker):
            seconds = _interleaved(connection, worker, paths, rounds)
    for line in table({name: statistics.median(each) / REQUESTS for name, each in seconds.items()}):
        print(line)


def _released_work() -> str:
    import django

    django.setup()
    from django.utils import timezone

    from accounts.users.models import User
    from config.serve import prepare
    from marking.works.models import Work

    prepare()
    return Work.objects.create(
        owner=User.objects.create_user("ada@example.com", None), state="released", released_at=timezone.now(),
        tool="Example Diffusion", tool_version="3.1", kind="scene", depicts="nobody",
        source_name="a.png", source_path="originals/a", source_sha256="0" * 64, source_bytes=1,
        media_type="image/png", width=1200, height=900, marked_path="marked/a.png", marked_sha256="0" * 64,
        marked_bytes=1, marks=[{"name": "watermark", "bits": 48}, {"name": "implicit_label"}],
    ).code  # fmt: skip


@contextmanager
def _served(folder: Path) -> Iterator[tuple[http.client.HTTPConnection, int]]:
    """One gunicorn worker: a kept connection to it, and its process number."""
    command = [
        sys.executable, "-m", "gunicorn", "tests.benchmarks.certificates:application()", "--bind", "127.0.0.1:0",
        "--workers", "1", "--worker-class", "gthread", "--threads", "1", "--no-control-socket",
        "--keep-alive", "600",
    ]  # fmt: skip
    with (folder / "log").open("w+") as log, subprocess.Popen(command, stderr=log) as server:
        try:
            said = ""
            while not (found := re.search(r"127\.0\.0\.1:(\d+)[^$]*Booting worker with pid: (\d+)", said)):
                time.sleep(0.1)
                said = (folder / "log").read_text()
                if server.poll() is not None:
                    raise SystemExit(said)
            yield http.client.HTTPConnection("127.0.0.1", int(found[1])), int(found[2])
        finally:
            server.terminate()


def _interleaved(
    connection: http.client.HTTPConnection, worker: int, paths: dict[str, str], rounds: int
) -> dict[str, list[float]]:
    """CPU seconds of `REQUESTS` requests of each kind, one figure a round."""
    seconds: dict[str, list[float]] = {name: [] for name in paths}
    for turn in range(rounds + 1):
        for name, path in paths.items():
            before = _cpu_seconds(worker)
            for _ in range(REQUESTS):
                _ask(connection, path)
            if turn:  # the first warms up
                seconds[name].append(_cpu_seconds(worker) - before)
    return seconds


def _ask(connection: http.client.HTTPConnection, path: str) -> None:
    connection.request("GET", path, headers={"Accept-Language": "en"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"expected 200 from {path}, found {answer.status}")


def _cpu_seconds(process: int) -> float:
    """Time on a processor of all threads of a process (proc(5), schedstat: first field, in nanoseconds)."""
    threads = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def table(seconds: dict[str, float]) -> list[str]:
    """Rows of a Markdown table from CPU seconds a request by name; the first is what the others are compared with."""
    first = next(iter(seconds.values()))
    rows = [
        f"| {name} | {each * 1000:.2f} ms | {1 / each:.0f} | {first / each:.0%} |"
        for name, each in seconds.items()
    ]
    return [
        "| page | CPU a request | requests a second of a core | of the first |",
        "|---|---|---|---|",
        *rows,
    ]


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 15)
