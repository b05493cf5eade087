"""Posting to an address of somebody's choice …"""

from __future__ import annotations

import itertools
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from accounts.notices.webhooks.addresses import Target, read_target
from accounts.notices.webhooks.posting import MOST_READ, Answer, post
from tests.functional.site import free_port

from .receiver import Receiver, certificate, receiving, saying

BODY = '{"名": 1}'.encode()


def posted(url: str, *, may_be_loopback: bool = True, timeout: float = 5) -> Answer:
    target = read_target(url, may_be_loopback=True)
    return post(target, BODY, {"X-Name": "v"}, may_be_loopback=may_be_loopback, timeout=timeout)


def test_it_hands_over_body_and_headers(receiver: Receiver) -> None:
    assert posted(receiver.url) == Answer(200, "")
    (got,) = receiver.received
    assert (got.path, got.body) == ("/hook?a=b", BODY)
    assert got.headers["X-Name"] == "v"
    assert got.headers["Host"] == f"127.0.0.1:{receiver.port}"


@pytest.mark.parametrize(
    ("status", "error"), [(201, ""), (204, ""), (400, "refused"), (410, "refused"), (500, "refused")]
)
def test_it_says_what_was_answered(receiver: Receiver, status: int, error: str) -> None:
    receiver.statuses = [status]
    assert posted(receiver.url) == Answer(status, error)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_it_follows_no_redirect(receiver: Receiver, status: int) -> None:
    receiver.statuses = [status]
    assert posted(receiver.url) == Answer(status, "redirected")
    assert [got.path for got in receiver.received] == ["/hook?a=b"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_it_connects_to_nothing_private(receiver: Receiver, host: str) -> None:
    target = Target("https", host, receiver.port, "/")
    assert post(target, BODY, {}, may_be_loopback=False) == Answer(None, "private_address")
    assert receiver.received == []


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "2130706433", "0x7f.1", "0"]
)
def test_it_connects_to_nothing_that_resolves_to_something_private(host: str) -> None:
    for scheme, may_be_loopback in (("https", False), ("http", False)):
        target = Target(scheme, host, 1, "/")
        assert post(target, BODY, {}, may_be_loopback=may_be_loopback) == Answer(None, "private_address")


def test_it_looks_a_name_up_once_and_connects_to_what_it_checked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that says something else the second time moves nothing."""
    asked: list[str] = []

    def resolve(host: str, port: int, *args: Any, **kwargs: Any) -> list[tuple[Any, ...]]:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "10.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    target = Target("http", "rebinding.example", receiver.port, "/")
    assert post(target, BODY, {}, may_be_loopback=True) == Answer(200, "")
    assert asked == ["rebinding.example"]
    assert receiver.received[0].headers["Host"] == f"rebinding.example:{receiver.port}"


def test_it_refuses_a_name_of_which_one_address_is_private(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("1.1.1.1", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    target = read_target("https://both.example/", may_be_loopback=False)
    assert post(target, BODY, {}, may_be_loopback=False) == Answer(None, "private_address")


@pytest.mark.parametrize("host", ["nothing.invalid", "a" * 64 + ".example"])
def test_it_says_that_a_host_has_no_address(host: str) -> None:
    assert posted(f"https://{host}/") == Answer(None, "not_resolved")


def test_it_says_that_nobody_is_there() -> None:
    assert posted(f"http://127.0.0.1:{free_port()}/") == Answer(None, "no_connection")


def drip() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nX-Slow: "
    while True:
        time.sleep(0.05)
        yield b"."


def flood(size: int) -> Iterator[bytes]:
    """A head of 105 lines of ``size`` bytes, which is five more than http.client takes."""
    yield b"HTTP/1.1 200 OK\r\n" + 105 * (b"X: " + b"." * (size - 5) + b"\r\n")


def hint_forever() -> Iterator[bytes]:
    return itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n", 3 * MOST_READ // 25)


def test_it_cuts_a_slow_answer() -> None:
    with saying(drip()) as port:
        assert posted(f"http://127.0.0.1:{port}/", timeout=0.3) == Answer(None, "timed_out")


def test_it_waits_for_no_body() -> None:
    def endless() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n"
        while True:
            yield b"." * 65536

    with saying(endless()) as port:
        assert posted(f"http://127.0.0.1:{port}/") == Answer(200, "")


@pytest.mark.parametrize("pieces", [hint_forever(), iter([b"SSH-2.0-OpenSSH_9.2\r\n"]), iter([b""])])
def test_it_takes_nothing_else_for_an_answer(pieces: Iterator[bytes]) -> None:
    with saying(pieces) as port:
        assert posted(f"http://127.0.0.1:{port}/") == Answer(None, "no_answer")


def test_it_reads_no_more_of_a_head_than_it_says() -> None:
    """The lines that are too many come before the end of what is read, or after it."""
    with saying(flood(MOST_READ // 110)) as port:
        assert posted(f"http://127.0.0.1:{port}/") == Answer(None, "no_answer")
    with saying(flood(MOST_READ // 60)) as port:
        assert posted(f"http://127.0.0.1:{port}/") == Answer(200, "")


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where certificates lie that this process trusts: those for localhost and for another host."""
    for name in ("localhost", "other.example"):
        certificate(tmp_path, name)
    both = b"".join(path.read_bytes() for path in tmp_path.glob("*.pem"))
    (tmp_path / "trusted").write_bytes(both)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted"))
    return tmp_path


@pytest.mark.parametrize(
    ("shown", "answer"), [("localhost", Answer(200, "")), ("other.example", Answer(None, "certificate"))]
)
def test_it_believes_only_a_certificate_for_the_name_that_was_given(
    trusted: Path, shown: str, answer: Answer
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted / f"{shown}.pem")
    with receiving(context) as receiver:
        assert posted(f"https://localhost:{receiver.port}/") == answer
        assert len(receiver.received) == (not answer.error)


def test_it_believes_no_certificate_of_a_stranger(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path, "localhost"))
    with receiving(context) as receiver:
        assert posted(f"https://localhost:{receiver.port}/") == Answer(None, "certificate")


def test_it_waits_for_no_name_server(receiver: Receiver) -> None:
    """What a slow one would answer comes too late."""
    over = Event()

    def slow(*args: object, **kwargs: object) -> list[tuple[object, ...]]:
        over.wait(20)
        return []

    target = read_target(receiver.url, may_be_loopback=True)
    answer = post(target, BODY, {}, may_be_loopback=True, timeout=0.2, look_up=slow)
    over.set()
    assert answer == Answer(None, "timed_out")
