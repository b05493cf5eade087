"""A published work goes dark at once while many download it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from tests.functional.site import Site, running
from tests.functional.withdrawing import PATIENCE, Download, Person, Published, download, download_on, publish

pytestmark = pytest.mark.xdist_group("crowds")

READERS, SLOW = 44, 6
SIZE = 24 << 20


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("withdrawing"), YINJI_WEB_WORKERS="2") as started:
        yield started


async def watched(
    port: int, published: Published, somebody: Person
) -> tuple[list[Download], tuple[float, float]]:
    """Fifty download the one work again and again, a few of them slowly; in the middle of it somebody withdraws."""
    ((code, grant),) = published.made
    over, got = asyncio.Event(), list[Download]()
    slow = [
        asyncio.create_task(download_on(port, published, code, over, got, pause=0.05)) for _ in range(SLOW)
    ]
    await asyncio.sleep(1)
    crowd = [asyncio.create_task(download_on(port, published, code, over, got)) for _ in range(READERS)]
    async with asyncio.timeout(PATIENCE):
        while not any(each.is_whole for each in got):
            await asyncio.sleep(0.05)
    withdrawn = await asyncio.to_thread(somebody.withdraw, grant)
    again = await asyncio.gather(*(download(port, published, code) for _ in slow + crowd))
    over.set()
    await asyncio.gather(*slow, *crowd)
    return [*got, *again], withdrawn


def test_fifty_who_download_it_get_all_of_it_before_and_410_after(site: Site) -> None:
    published = publish(site, works=1, size=SIZE)
    somebody = Person(site.port, published.person)
    got, (began, done) = asyncio.run(watched(site.port, published, somebody))
    before = [each for each in got if each.ended < began]
    after = [each for each in got if each.asked > done]
    between = [each for each in got if each not in before and each not in after]
    assert {(each.status, each.is_whole) for each in before} == {(200, True)}
    assert {each.status for each in after} == {410}
    # 0: closed before its head was sent
    assert {each.status for each in between} <= {0, 200, 410}
    assert any(each.status == 200 and not each.is_whole for each in between), "no download was broken off"
    assert len(after) >= READERS + SLOW
    assert site.manage_json("records", "verify", "--deep")["findings"] == []
