"""How long a work stays online after the person shown in it confirmed that they withdraw, while others download.

``manage.py benchmark withdrawal`` (or ``python -m tests.benchmarks.withdrawal [WITHDRAWALS [REQUESTS_PER_SECOND]]``): over a throw-away installation as ``manage.py serve``
runs it. Somebody withdraws from one work after the other; each is asked for without a pause by one reader, while the others are
asked for at the given rate altogether. Prints a table.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from tests.functional.site import running
from tests.functional.withdrawing import Download, Person, Published, download, publish

SIZE = 100_000
"""Bytes of a file."""
BETWEEN = 0.1
"""Seconds between two withdrawals."""
MOST_WAITING = 50
"""Readers of other works at a time: as many as download at once."""
SPARE = 8
"""Works that nobody withdraws from, to be downloaded to the end."""


@dataclass
class Measured:
    """Seconds from the confirmation until the change was committed, until the first 410 was there, and what came too late."""

    committed: list[float] = field(default_factory=list)
    dark: list[float] = field(default_factory=list)
    late: int = 0
    load: list[Download] = field(default_factory=list)


def report(withdrawals: int = 100, rate: int = 200) -> str:
    """Measure, and return the figures as Markdown. Raises ValueError unless both are at least 1."""
    if withdrawals < 1 or rate < 1:
        raise ValueError(
            f"expected at least one withdrawal and one download a second, found {withdrawals} and {rate}"
        )
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), YINJI_WEB_WORKERS="2") as site:
        published = publish(site, works=withdrawals + SPARE, size=SIZE)
        somebody = Person(site.port, published.person)
        measured = asyncio.run(_measured(site.port, published, somebody, rate))
    return table(measured, rate)


async def _measured(port: int, published: Published, somebody: Person, rate: int) -> Measured:
    measured, over = Measured(), asyncio.Event()
    spare = [code for code, _grant in published.made[-SPARE:]]
    load = asyncio.create_task(_loaded(port, published, spare, over, rate, measured))
    await asyncio.sleep(2)
    for code, grant in published.made[:-SPARE]:
        await _withdrawn(port, published, code, grant, somebody, measured)
        await asyncio.sleep(BETWEEN)
    over.set()
    await load
    return measured


async def _withdrawn(
    port: int, published: Published, code: str, grant: str, somebody: Person, measured: Measured
) -> None:
    """Withdraw from one work while a reader asks for it again and again."""
    reader = asyncio.create_task(_until_dark(port, published, code))
    await asyncio.sleep(BETWEEN / 2)
    began, done = await asyncio.to_thread(somebody.withdraw, grant)
    got = await reader
    measured.committed.append(done - began)
    measured.dark.append(got[-1].ended - began)
    measured.late += sum(each.asked > done for each in got[:-1])


async def _until_dark(port: int, published: Published, code: str) -> list[Download]:
    got = [await download(port, published, code)]
    while got[-1].status != 410:
        got.append(await download(port, published, code))
    return got


async def _loaded(
    port: int, published: Published, codes: list[str], over: asyncio.Event, rate: int, measured: Measured
) -> None:
    """Ask for ``codes`` in turn, ``rate`` times a second, while no more than `MOST_WAITING` wait for an answer."""
    asked: list[asyncio.Task[Download]] = []
    places = asyncio.Semaphore(MOST_WAITING)

    async def ask(code: str) -> Download:
        try:
            return await download(port, published, code)
        finally:
            places.release()

    while not over.is_set():
        await places.acquire()
        asked.append(asyncio.create_task(ask(codes[len(asked) % len(codes)])))
        await asyncio.sleep(1 / rate)
    measured.load = list(await asyncio.gather(*asked))


def table(measured: Measured, rate: int) -> str:
    """The figures as Markdown."""
    taken = [each.ended - each.asked for each in measured.load if each.status == 200]
    rows = {
        "until the withdrawal is committed": measured.committed,
        "until the first 410 is there": measured.dark,
        f"another work, of which {rate} a second are asked for and {_reached(measured):.0f} answered": taken,
    }
    lines = [
        f"| {name} | {len(times)} | {_at(times, 50):.0f} | {_at(times, 99):.0f} | {1000 * max(times):.0f} |"
        for name, times in rows.items()
    ]
    return "\n".join(
        [
            "| from the confirmation | times | median, ms | 99th percentile, ms | longest, ms |",
            "|---|---:|---:|---:|---:|",
            *lines,
            "",
            f"Files given out that were asked for after the commit: {measured.late}.",
        ]
    )


def _reached(measured: Measured) -> float:
    """Downloads of other works that were answered in a second."""
    span = max(each.ended for each in measured.load) - min(each.asked for each in measured.load)
    return len(measured.load) / span


def _at(times: list[float], percent: int) -> float:
    """A percentile in milliseconds, by nearest rank."""
    return 1000 * sorted(times)[-(-len(times) * percent // 100) - 1]


if __name__ == "__main__":
    print(report(*map(int, sys.argv[1:3])))
