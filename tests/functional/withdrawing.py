"""People who withdraw from a running site while others download, all over HTTP."""

from __future__ import annotations

import asyncio
import http.client
import json
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.functional.site import Site

PIECE = 1 << 16
_TOKEN = "t" * 32
PATIENCE = 60.0
"""Seconds after which an answer that does not come is taken for none."""

PREPARE = """
import json
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from tests.consent.depicting import on_record, published
from tests.consent.people import NUMBERS, account, granted
person = account("lin@example.com", "Lin Mei")
creator = account("creator@example.com", "Ada Lovelace", NUMBERS[1])
made = []
for _ in range({works}):
    grant = granted(person, creator)
    work, _use = published(creator, grant)
    on_record(work)
    default_storage.delete(work.marked_path)
    default_storage.save(work.marked_path, ContentFile(bytes({size})))
    made.append((work.code, str(grant.pk)))
def session_of(user):
    browser = Client()
    browser.force_login(user)
    return browser.cookies["sessionid"].value
print(json.dumps({{"made": made, "cookie": session_of(creator), "person": session_of(person)}}))
"""


@dataclass(frozen=True)
class Published:
    """Works that are online, each under a grant of its own: pairs of number and grant; the sessions of creator and person."""

    made: Sequence[tuple[str, str]]
    cookie: str
    person: str


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
    return Published([(code, grant) for code, grant in said["made"]], said["cookie"], said["person"])


@dataclass(frozen=True)
class Person:
    """Whose likeness it is, signed in: confirms on the page, as a browser does."""

    port: int
    cookie: str

    def withdraw(self, grant: str) -> tuple[float, float]:
        """Withdraw; return when that was sent and when it was answered, on the same clock as `Download`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with closing(connection):
            began = time.monotonic()
            connection.request("POST", f"/me/likeness/grants/{grant}/withdraw", self._form(), self._headers())
            answer = connection.getresponse()
            done = time.monotonic()
            assert answer.status == 302, (answer.status, answer.read())
        return began, done

    def _form(self) -> str:
        return urlencode({"csrfmiddlewaretoken": _TOKEN})

    def _headers(self) -> dict[str, str]:
        return {
            "Host": f"localhost:{self.port}",
            "Cookie": f"sessionid={self.cookie}; csrftoken={_TOKEN}",
            "Content-Type": "application/x-www-form-urlencoded",
        }


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
    port: int,
    published: Published,
    code: str,
    over: asyncio.Event,
    got: list[Download],
    *,
    pause: float = 0.0,
) -> None:
    """Download again and again until it is ``over``; what came of it goes into ``got``."""
    while not over.is_set():
        got.append(await download(port, published, code, pause=pause))
