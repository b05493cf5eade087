from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError
from kombu.simple import SimpleQueue

from config import broker


@pytest.fixture
def spool(tmp_path: Path) -> Connection:
    broker.register()
    broker.Transport.global_state.clear()  # kombu remembers per process which queues exist in which folder
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    options = {
        "data_folder_in": str(tmp_path / "messages"),
        "data_folder_out": str(tmp_path / "messages"),
        "control_folder": str(tmp_path / "control"),
    }
    return Connection("spool://localhost", transport_options=options)


def _take(queue: SimpleQueue) -> int:
    message = queue.get(block=False)
    message.ack()
    return int(message.payload["number"])


def test_it_hands_over_messages_in_order(spool: Connection) -> None:
    queue = spool.SimpleQueue("works")
    for number in range(20):
        queue.put({"number": number})
    assert [_take(queue) for _ in range(20)] == list(range(20))
    with pytest.raises(Empty):
        queue.get(block=False)


def test_it_shows_a_message_only_when_it_is_whole(spool: Connection, tmp_path: Path) -> None:
    spool.SimpleQueue("works").put({"number": 1})
    assert [path.suffix for path in (tmp_path / "messages").iterdir()] == [".msg"]
    assert not [path for path in (tmp_path / "control").iterdir() if path.suffix == ".msg"]


def test_it_leaves_other_queues_alone(spool: Connection) -> None:
    spool.SimpleQueue("works").put({"number": 1})
    with pytest.raises(Empty):
        spool.SimpleQueue("mail").get(block=False)


def test_it_gives_each_message_to_one_of_many_readers(spool: Connection) -> None:
    queue = spool.SimpleQueue("works")
    for number in range(60):
        queue.put({"number": number})

    def read(_: int) -> list[int]:
        with spool.clone() as connection:
            mine = connection.SimpleQueue("works")
            numbers: list[int] = []
            while True:
                try:
                    numbers.append(_take(mine))
                except Empty:
                    return numbers

    with ThreadPoolExecutor(4) as readers:
        numbers = [number for some in readers.map(read, range(4)) for number in some]
    assert sorted(numbers) == list(range(60))


def test_it_says_when_the_spool_cannot_be_written(spool: Connection, tmp_path: Path) -> None:
    queue = spool.SimpleQueue("works")
    (tmp_path / "messages").rmdir()
    with pytest.raises(ChannelError, match="Cannot add"):
        queue.put({"number": 1})


def test_it_binds_queues_that_are_declared_at_the_same_moment(spool: Connection, tmp_path: Path) -> None:
    names = [f"queue-{number}" for number in range(12)]

    def declare(name: str) -> None:
        with spool.clone() as connection:
            channel = connection.channel()
            channel._queue_bind("celery", name, "", name)
            assert (name, "", name) in [tuple(entry) for entry in channel.get_table("celery")]

    with ThreadPoolExecutor(6) as readers:
        list(readers.map(declare, names))
    with spool.channel() as channel:
        assert {entry[2] for entry in channel.get_table("celery")} == set(names)
    assert [path.name for path in (tmp_path / "control").iterdir() if path.name.startswith(".")] == []
