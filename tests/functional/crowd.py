"""Many strangers at once, over sockets of their own: who they say they are, what they send, and what they are told."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

BOUNDARY = "b0undary"
PATIENCE = 120.0
"""Seconds after which a stranger who got no answer calls that a hang."""


@dataclass(frozen=True)
class Stranger:
    """Somebody who sends one file. ``pause``: seconds that a slow one waits before each quarter of it."""

    address: str
    file: bytes
    name: str = "a.png"
    path: str = "/api/v1/verifications"
    pause: float = 0.0

    def body(self) -> bytes:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{self.name}"\r\n\r\n'
        return head.encode() + self.file + f"\r\n--{BOUNDARY}--\r\n".encode()

    def head(self) -> bytes:
        """The request's head, as a proxy in front hands it on."""
        return (
            f"POST {self.path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {self.address}\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
            f"Content-Length: {len(self.body())}\r\nConnection: close\r\n\r\n"
        ).encode()


async def _answered(port: int, stranger: Stranger) -> bytes:
    """The whole answer that ``stranger`` gets."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(stranger.head())
        body = stranger.body()
        quarter = -(-len(body) // 4)
        for start in range(0, len(body), quarter):
            await asyncio.sleep(stranger.pause)
            writer.write(body[start : start + quarter])
        return await reader.read()
    finally:
        writer.close()


async def answer(port: int, stranger: Stranger) -> bytes:
    """The answer, or ``b"hang"`` after `PATIENCE`, or ``b"reset"`` where the connection broke before there was one."""
    try:
        return await asyncio.wait_for(_answered(port, stranger), PATIENCE)
    except TimeoutError:
        return b"hang"
    except ConnectionError:
        return b"reset"


def status_of(answered: bytes) -> str:
    """The status of an answer, or what came instead."""
    return answered[9:12].decode() if answered.startswith(b"HTTP/1.1 ") else answered.decode()


async def crowd(port: int, strangers: Sequence[Stranger], over: threading.Event) -> Counter[str]:
    """Everybody at once, and every tenth of them again and again until it is ``over``: how often each status was got."""
    got: Counter[str] = Counter()

    async def come(stranger: Stranger, *, again: bool) -> None:
        got[status_of(await answer(port, stranger))] += 1
        while again and not over.is_set():
            await asyncio.sleep(0.5)
            got[status_of(await answer(port, stranger))] += 1

    await asyncio.gather(*(come(each, again=number % 10 == 0) for number, each in enumerate(strangers)))
    return got


def ask(port: int, stranger: Stranger) -> bytes:
    """One stranger's answer."""
    return asyncio.run(answer(port, stranger))
