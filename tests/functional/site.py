"""The real site in child processes, as ``manage.py serve`` runs it, on a free port over a throw-away folder."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
START_TIMEOUT, STOP_TIMEOUT = 120.0, 40.0


def free_port() -> int:
    """A port that nothing listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """One running installation."""

    folder: Path
    port: int
    options: tuple[str, ...] = ()
    process: subprocess.Popen[str] | None = None
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """``localhost``, because browsers allow passkeys there without TLS."""
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith(("YINJI_", "DJANGO_")) and k != "CACHE_URL"
        }
        return kept | {
            "YINJI_DATA": str(self.folder / "data"),
            "YINJI_PORT": str(self.port),
            "YINJI_SITE_URL": self.address,
            "YINJI_LANGUAGE": "en",
            "YINJI_WEB_WORKERS": "1",
            "EMAIL_URL": f"filemail://{self.folder / 'mail'}",
            "PYTHONUNBUFFERED": "1",
            **self.variables,
        }

    def start(self) -> None:
        """Run ``manage.py serve`` and wait until it answers."""
        log = (self.folder / "serve.log").open("a")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", *self.options],
            cwd=ROOT, env=self.environment, stdout=log, stderr=log, text=True, start_new_session=True,
        )  # fmt: skip
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.answers():
                return
            time.sleep(0.2)
        raise AssertionError(f"the site did not start:\n{self.log()}")

    def start_beside(self) -> None:
        """Start where something else already answers on the port; it must end with a sentence."""
        log = (self.folder / "serve.log").open("a")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=self.environment,
            stdout=log,
            stderr=log,
            text=True,
        )
        assert self.process.wait(START_TIMEOUT) == 0, self.log()

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> int:
        """End it in order, as Ctrl-C does; return its exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(STOP_TIMEOUT)

    def kill_everything(self) -> None:
        """SIGKILL to every process of the site at once, as a power cut does."""
        assert self.process is not None
        for pid in [*self.children(), self.process.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(STOP_TIMEOUT)

    def children(self) -> list[int]:
        """Every living process that runs under this one."""
        assert self.process is not None
        parents = {}
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = status.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(status.parent.name)] = int(fields[1])
        found, frontier = [], [self.process.pid]
        while frontier:
            parent = frontier.pop()
            below = [pid for pid, above in parents.items() if above == parent]
            found += below
            frontier += below
        return found

    def log(self) -> str:
        return (self.folder / "serve.log").read_text()

    def operator_password(self) -> str:
        found = re.search(r"one-time password: (\S+)", self.log())
        assert found is not None, self.log()
        return found[1]

    def mail_to(self, address: str) -> str:
        """The newest mail to ``address``, waited for."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            mails = sorted((self.folder / "mail").glob("*.log"), key=lambda path: path.stat().st_mtime)
            texts = [path.read_text() for path in mails]
            if found := [text for text in texts if f"To: {address}" in text]:
                return found[-1]
            time.sleep(0.2)
        raise AssertionError(f"no mail to {address} came")

    def manage(self, *words: str, code: int = 0) -> str:
        """Run another ``manage.py`` command on the same installation; return its standard output."""
        run = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=240,
        )  # fmt: skip
        assert run.returncode == code, f"{words}: {run.returncode}\n{run.stdout}\n{run.stderr}"
        return run.stdout

    def manage_json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self.manage(*words, "--json", code=code))


@contextmanager
def running(folder: Path, *options: str, **variables: str) -> Iterator[Site]:
    """A started site that is stopped, or killed if it does not stop, when the context ends.

    ``variables``: of its environment, beside those that every test site has.
    """
    site = Site(folder, free_port(), options, variables=variables)
    try:
        site.start()
        yield site
    finally:
        if site.process is not None and site.process.poll() is None:
            try:
                site.stop()
            except subprocess.TimeoutExpired:
                site.kill_everything()
