"""It lets those who wait for SQLite's one writer's place have it in turn."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.utils import ConnectionHandler, OperationalError
from pytest_django import DjangoDbBlocker

from config.sqlite3.base import DatabaseWrapper


def opened(path: Path, timeout: float = 20) -> DatabaseWrapper:
    options = {"transaction_mode": "IMMEDIATE", "timeout": timeout}
    settings = {"ENGINE": "config.sqlite3", "NAME": str(path), "OPTIONS": options}
    connection = ConnectionHandler({"default": settings})["default"]
    assert isinstance(connection, DatabaseWrapper)
    return connection


@pytest.fixture(autouse=True)
def with_databases_of_its_own(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.sqlite3"


@pytest.fixture
def connection(path: Path) -> Iterator[DatabaseWrapper]:
    connection = opened(path, timeout=0.2)
    connection.ensure_connection()
    yield connection
    connection.close()


def begin(connection: DatabaseWrapper) -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def end(connection: DatabaseWrapper, *, by: str = "commit") -> None:
    getattr(connection, by)()
    connection.set_autocommit(True)


def is_busy(path: Path) -> bool:
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    finally:
        other.close()
    return False


def test_a_transaction_holds_the_place_from_its_beginning(connection: DatabaseWrapper, path: Path) -> None:
    begin(connection)
    assert is_busy(path)
    end(connection)
    assert not is_busy(path)


@pytest.mark.parametrize("by", ["commit", "rollback"])
def test_another_thread_begins_when_it_has_ended(connection: DatabaseWrapper, path: Path, by: str) -> None:
    begin(connection)
    began = threading.Event()

    def work() -> None:
        other = opened(path)
        begin(other)
        began.set()
        end(other)
        other.close()

    thread = threading.Thread(target=work)
    thread.start()
    assert not began.wait(0.1)
    end(connection, by=by)
    thread.join()
    assert began.is_set()


def test_another_process_is_waited_for(connection: DatabaseWrapper, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.05, other.rollback)
    timer.start()
    begin(connection)
    end(connection)
    timer.join()
    other.close()


def test_whoever_waits_too_long_is_told_so(connection: DatabaseWrapper, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        begin(connection)
    other.close()
    begin(connection)
    end(connection)


def test_whoever_waits_too_long_for_a_thread_is_told_so(connection: DatabaseWrapper, path: Path) -> None:
    holder = opened(path)
    begin(holder)
    with pytest.raises(OperationalError, match="locked"):
        begin(connection)
    end(holder)
    holder.close()


def test_a_connection_that_is_closed_leaves_its_place(connection: DatabaseWrapper, path: Path) -> None:
    other = opened(path)
    begin(other)
    other.close()
    begin(connection)
    end(connection)


def test_an_error_in_the_middle_keeps_the_place_until_the_rollback(
    connection: DatabaseWrapper, path: Path
) -> None:
    begin(connection)
    with pytest.raises(OperationalError):
        connection.cursor().execute("SELECT nothing FROM nowhere")
    assert is_busy(path)
    end(connection, by="rollback")
    assert not is_busy(path)


def test_many_threads_all_have_their_turn(path: Path) -> None:
    first = opened(path)
    first.cursor().execute("CREATE TABLE counted (number INTEGER)")
    first.cursor().execute("INSERT INTO counted VALUES (0)")

    def count() -> None:
        own = opened(path)
        for _ in range(10):
            begin(own)
            (number,) = own.cursor().execute("SELECT number FROM counted").fetchone()
            own.cursor().execute("UPDATE counted SET number = %s", [number + 1])
            end(own)
        own.close()

    threads = [threading.Thread(target=count) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert first.cursor().execute("SELECT number FROM counted").fetchone() == (120,)
    first.close()
