"""People who withdraw from a running site while others download: the one in a process of its own, the others over their own sockets."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tests.functional.site import ROOT, Site

PIECE = 1 << 16
PATIENCE = 60.0
"""Seconds after which an answer that does not come is taken for none."""

PREPARE = """
import json
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from tests.consent.depicting import published
from tests.consent.people import NUMBERS, account, granted
person = account("lin@example.com", "Lin Mei")
creator = account("creator@example.com", "Ada Lovelace", NUMBERS[1])
made = []
for _ in range({works}):
    grant = granted(person, creator)
    work, _use = published(creator, grant)
    default_storage.delete(work.marked_path)
    default_storage.save(work.marked_path, ContentFile(bytes({size})))
    made.append((work.code, str(grant.pk)))
browser = Client()
browser.force_login(creator)
print(json.dumps({{"made": made, "cookie": browser.cookies["sessionid"].value}}))
"""
WITHDRAW = """
import sys, time
from accounts.users.models import User
from consent.grants.models import Grant
from consent.withdrawal.services import withdraw
person = User.objects.get(email="lin@example.com")
print("ready", flush=True)
for line in sys.stdin:
    grant = Grant.objects.get(pk=line.strip())
    began = time.monotonic()
    withdraw(by=person, grant=grant)
    print(began, time.monotonic(), flush=True)
"""


@dataclass(frozen=True)
class Published:
    """Works that are online, each under a grant of its own: pairs of number and grant; and the creator's session."""

    made: Sequence[tuple[str, str]]
    cookie: str


@dataclass(frozen=True)
class Download:
    """One answer: when it was asked for and when it ended (seconds, monotonic), its status, and whether it came whole."""

    asked: float
    ended: float
    status: int
    is_whole: bool


def publish(site: Site, *, works: int, size: int) -> Published:
    """Put ``works`` files of ``size`` bytes online."""
    said = json.loads(site.manage("shell", "-v", "0", "-c", PREPARE.format(works=works, size=size)))
    return Published([(code, grant) for code, grant in said["made"]], said["cookie"])


class Person:
    """Somebody who withdraws when told to."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._line()

    def withdraw(self, grant: str) -> tuple[float, float]:
        """Withdraw; return when that began and when it was done, on the same clock as `Download`."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{grant}\n")
        self._process.stdin.flush()
        began, done = self._line().split()
        return float(began), float(done)

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the person's process ended"
        return line


@contextmanager
def person(site: Site) -> Iterator[Person]:
    """A process that withdraws from ``site``."""
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", WITHDRAW]
    process = subprocess.Popen(
        command, cwd=ROOT, env=site.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Person(process)
    finally:
        process.kill()
        process.wait()


async def download(port: int, published: Published, code: str, *, pause: float = 0.0) -> Download:
    """Download a work; a slow reader waits ``pause`` seconds before each piece."""
    asked = time.monotonic()
    status, found, expected = 0, 0, -1
    with suppress(ConnectionError, TimeoutError, asyncio.IncompleteReadError):
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2 * PIECE)
            try:
                head = (
                    f"GET /works/{code}/download HTTP/1.1\r\nHost: localhost:{port}\r\n"
                    f"Cookie: sessionid={published.cookie}\r\nConnection: close\r\n\r\n"
                )
                writer.write(head.encode())
                answered = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                status = int(answered[9:12])
                length = [line for line in answered.splitlines() if line.startswith("content-length:")]
                expected = int(length[0].partition(":")[2]) if length else -1
                while piece := await reader.read(PIECE):
                    found += len(piece)
                    await asyncio.sleep(pause)
            finally:
                writer.close()
    return Download(asked, time.monotonic(), status, found == expected)


async def download_on(
    port: int, published: Published, code: str, over: asyncio.Event, *, pause: float = 0.0
) -> list[Download]:
    """Download again and again until it is ``over``."""
    got = []
    while not over.is_set():
        got.append(await download(port, published, code, pause=pause))
    return got
