"""Posts one body to an address of somebody's choice, and trusts nothing there.

The host is resolved once, every address that it has must be allowed, and the connection goes to what was checked, so
that a name which means something else a moment later leads nowhere else. The certificate is verified for the name as it
was given. Redirects are not followed, and all of it ends after a few seconds and some kilobytes.
"""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from threading import Thread
from time import monotonic
from typing import Any

from accounts.notices.webhooks.addresses import Target, is_allowed

TIMEOUT = 10.0
"""Seconds from the look-up of the name to the end of the answer's head."""
LookUp = Callable[..., list[tuple[Any, ...]]]
MOST_READ = 64 * 1024
"""Bytes of an answer's head, and of what comes with it."""
REDIRECTS = range(300, 400)


@dataclass(frozen=True)
class Answer:
    """What became of one attempt.

    ``status``: the HTTP status, None without an answer. ``error``: "" where it was taken, else ``not_resolved``, ``private_address``,
    ``no_connection``, ``certificate``, ``timed_out``, ``no_answer``, ``redirected`` or ``refused``.
    """

    status: int | None
    error: str

    @property
    def is_taken(self) -> bool:
        return not self.error


class _Failed(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def post(
    target: Target,
    body: bytes,
    headers: Mapping[str, str],
    *,
    may_be_loopback: bool,
    timeout: float = TIMEOUT,
    look_up: LookUp | None = None,
) -> Answer:
    """Post ``body`` and say what became of it. Raises nothing for what the other side does.

    ``look_up``: in the place of :func:`socket.getaddrinfo`, whose time counts as well.
    """
    deadline = monotonic() + timeout
    try:
        return _judged(
            _status(target, body, headers, may_be_loopback, deadline, look_up or socket.getaddrinfo)
        )
    except _Failed as failure:
        return Answer(None, failure.code)
    except TimeoutError:
        return Answer(None, "timed_out")
    except (ssl.SSLCertVerificationError, ssl.CertificateError):
        return Answer(None, "certificate")
    except (OSError, HTTPException):
        return Answer(None, "no_answer")


def _judged(status: int) -> Answer:
    if 200 <= status < 300:
        return Answer(status, "")
    return Answer(status, "redirected" if status in REDIRECTS else "refused")


def _status(
    target: Target,
    body: bytes,
    headers: Mapping[str, str],
    may_be_loopback: bool,
    deadline: float,
    look_up: LookUp,
) -> int:
    found = _resolved(target, may_be_loopback, deadline, look_up)
    with _connected(found, deadline) as plain, _secured(plain, target, deadline) as connected:
        connected.settimeout(_left(deadline))
        connection = (HTTPSConnection if target.is_on_tls else HTTPConnection)(target.host, target.port)
        connection.auto_open = 0  # it would resolve the name anew
        connection.sock = connected
        connection.request("POST", target.path, body, {**headers, "Connection": "close"})
        with _Answer(connected, deadline) as answer:
            answer.begin()
            return answer.status  # what else it says is of no use, and not waited for


def _resolved(
    target: Target, may_be_loopback: bool, deadline: float, look_up: LookUp
) -> list[tuple[Any, ...]]:
    """What the host resolves to, all of it allowed. Raises TimeoutError where its name servers let the time pass."""
    found = _looked_up(target, deadline, look_up)
    if found is None:
        raise _Failed("not_resolved")
    for *_kind, place in found:
        if not is_allowed(ip_address(place[0]), target, may_be_loopback=may_be_loopback):
            raise _Failed("private_address")
    return found


def _looked_up(target: Target, deadline: float, look_up: LookUp) -> list[tuple[Any, ...]] | None:
    """What the resolver says; None where it knows nothing. It takes no deadline: it is asked on a thread of its own, and left there."""
    told: list[list[tuple[Any, ...]]] = []

    def ask() -> None:
        with suppress(OSError, UnicodeError):
            told.append(look_up(target.host, target.port, type=socket.SOCK_STREAM))

    asking = Thread(target=ask, name="resolver", daemon=True)
    asking.start()
    asking.join(_left(deadline))
    if asking.is_alive():
        raise TimeoutError("the name servers took too long")
    return told[0] if told else None


def _connected(found: list[tuple[Any, ...]], deadline: float) -> socket.socket:
    """A connection to the first of the addresses that takes one. Names are not looked up again."""
    for family, kind, protocol, _name, place in found:
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(_left(deadline))
            connection.connect(place)
        except OSError:
            connection.close()
        else:
            return connection
    raise _Failed("timed_out" if monotonic() >= deadline else "no_connection")


def _secured(plain: socket.socket, target: Target, deadline: float) -> socket.socket:
    if not target.is_on_tls:
        return plain
    plain.settimeout(_left(deadline))
    return ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)


def _left(deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError("the answer took too long")
    return left


class _Bounded(io.RawIOBase):
    """What comes from a connection, up to a time and a number of bytes."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self.connection = connection
        self.deadline = deadline
        self.unread = MOST_READ

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self.unread:
            return 0
        self.connection.settimeout(_left(self.deadline))
        count = self.connection.recv_into(memoryview(buffer)[: self.unread])
        self.unread -= count
        return count


class _Answer(HTTPResponse):
    """An answer that ends, whatever is sent."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        super().__init__(connection, method="POST")
        self.fp.close()
        self.fp = io.BufferedReader(_Bounded(connection, deadline))
