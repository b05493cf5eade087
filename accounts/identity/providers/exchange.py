"""Asks one configured address and no other, and trusts nothing there. Pure.

The certificate is verified, redirects are not followed, the environment's proxies are not used, and all of it, from
looking up the name to the last byte of the answer, ends after some seconds and some kilobytes. A failed attempt is not
repeated here: each may be a disclosure of a name, and is paid for.
"""

from __future__ import annotations

import io
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import ip_address
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, urlsplit

from accounts.identity.providers.protocol import Trouble

CONNECT_SECONDS = 4.0
READ_SECONDS = 8.0
TOTAL_SECONDS = 12.0
FORM = "application/x-www-form-urlencoded"
MOST_READ = 256 * 1024
"""Bytes of an answer, its head included."""


@dataclass(frozen=True)
class Reply:
    """What came back: the HTTP status, the media type in small letters without parameters, the body."""

    status: int
    media_type: str
    body: bytes = field(repr=False)

    @property
    def is_busy(self) -> bool:
        """Whether somebody may well answer later: a server's own trouble, a limit, or the same request under way."""
        return self.status in {409, 429} or self.status >= 500


class Unanswered(Exception):
    """No answer that can be used; ``trouble`` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


def content_of(reply: Reply) -> bytes:
    """The body of a reply that says 200. Raises :class:`Unanswered` for any other status."""
    if reply.status == 200:
        return reply.body
    raise Unanswered(Trouble.OUTAGE if reply.is_busy else Trouble.NOT_ACCEPTED)


def read_object(body: bytes) -> dict[str, Any]:
    """A JSON object. Raises :class:`Unanswered` for anything else."""
    try:
        found = json.loads(body)
    except ValueError as error:
        raise Unanswered(Trouble.MALFORMED) from error
    if not isinstance(found, dict):
        raise Unanswered(Trouble.MALFORMED)
    return found


@dataclass(frozen=True)
class Deadlines:
    """Seconds for the connection, for each read, and for everything."""

    connect: float = CONNECT_SECONDS
    read: float = READ_SECONDS
    total: float = TOTAL_SECONDS


@dataclass(frozen=True)
class Endpoint:
    """Where a provider is asked: ``https://host[:port][/path]``, http for this machine itself alone.

    ``proxy``: ``http://host:port`` that connections are asked of (RFC 9110 section 9.3.6), empty for none.
    ``others``: further origins, https alone, that :meth:`at` lets the provider name; ``is_other``: of an endpoint at one of them,
    which is never asked at a private address. Raises ValueError for anything else.
    """

    url: str
    proxy: str = ""
    deadlines: Deadlines = Deadlines()
    others: frozenset[str] = frozenset()
    is_other: bool = False

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        _ = parts.port  # raises ValueError outside 0 to 65535
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and _is_own(parts.hostname or ""))
        if not is_safe or not parts.hostname or parts.username or parts.query or parts.fragment:
            raise ValueError("expected https://host[:port][/path]")

    @property
    def host(self) -> str:
        """Host and, where it is not the scheme's own, port, as in the ``Host`` header."""
        return urlsplit(self.url).netloc

    @property
    def path(self) -> str:
        return urlsplit(self.url).path or "/"

    @property
    def origin(self) -> tuple[str, str, int]:
        return _origin(urlsplit(self.url))

    def at(self, url: str) -> Endpoint:
        """The same provider at another of its paths. or at another origin that the operator listed. Raises :class:`Unanswered` for any else."""
        try:
            other = Endpoint(url, self.proxy, self.deadlines)
        except ValueError as error:
            raise Unanswered(Trouble.OTHER_ADDRESS) from error
        if other.origin == self.origin:
            return replace(other, others=self.others)
        if other.origin not in {_origin(urlsplit(each)) for each in self.others}:
            raise Unanswered(Trouble.OTHER_ADDRESS)
        return replace(other, is_other=True)


def ask(
    endpoint: Endpoint, method: str, headers: Mapping[str, str], body: bytes = b"", query: str = ""
) -> Reply:
    """Send one request and read its answer. Raises :class:`Unanswered`, for a redirect too."""
    place = f"{endpoint.path}?{query}" if query else endpoint.path
    try:
        reply = _ask(endpoint, method, place, headers, body)
    except TimeoutError as error:
        raise Unanswered(Trouble.TIMED_OUT) from error
    except ssl.SSLError as error:
        raise Unanswered(Trouble.CERTIFICATE) from error
    except HTTPException as error:
        raise Unanswered(Trouble.MALFORMED) from error
    except (OSError, UnicodeError) as error:
        raise Unanswered(Trouble.NO_CONNECTION) from error
    if 300 <= reply.status < 400:
        raise Unanswered(Trouble.REDIRECTED)
    return reply


def _ask(endpoint: Endpoint, method: str, place: str, headers: Mapping[str, str], body: bytes) -> Reply:
    ends_at = monotonic() + endpoint.deadlines.total
    with _connected(endpoint, ends_at) as plain, _secured(plain, endpoint, ends_at) as connected:
        connected.settimeout(_left(ends_at))
        connection = HTTPConnection(endpoint.host)
        connection.auto_open = 0
        connection.sock = connected
        connection.request(method, place, body or None, {**headers, "Connection": "close"})
        with _Answer(connected, method, endpoint.deadlines.read, ends_at) as answer:
            answer.begin()
            media_type = answer.headers.get_content_type().lower()
            return Reply(answer.status, media_type, answer.read())


def _connected(endpoint: Endpoint, ends_at: float) -> socket.socket:
    parts = urlsplit(endpoint.proxy or endpoint.url)
    seconds = min(endpoint.deadlines.connect, _left(ends_at))
    _scheme, host, port = _origin(parts)
    connected = socket.create_connection((host, port), timeout=seconds)
    if endpoint.is_other and not endpoint.proxy and not ip_address(connected.getpeername()[0]).is_global:
        connected.close()
        raise Unanswered(Trouble.OTHER_ADDRESS)
    if endpoint.proxy:
        _tunnel(connected, endpoint, ends_at)
    return connected


def _tunnel(connected: socket.socket, endpoint: Endpoint, ends_at: float) -> None:
    _scheme, host, port = endpoint.origin
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    connected.sendall(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode("ascii"))
    with _Answer(connected, "CONNECT", endpoint.deadlines.read, ends_at, at_once=1) as answer:
        answer.begin()
        if answer.status != 200:
            raise ConnectionRefusedError(f"the proxy answered {answer.status}")


def _secured(plain: socket.socket, endpoint: Endpoint, ends_at: float) -> socket.socket:
    scheme, host, _port = endpoint.origin
    if scheme != "https":
        return plain
    plain.settimeout(_left(ends_at))
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    return (
        parts.scheme,
        (parts.hostname or "").lower(),
        parts.port or (443 if parts.scheme == "https" else 80),
    )


def _is_own(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _left(ends_at: float) -> float:
    left = ends_at - monotonic()
    if left <= 0:
        raise TimeoutError("the answer took too long")
    return left


class _Bounded(io.RawIOBase):
    """What comes from a connection, up to a time and a number of bytes."""

    def __init__(self, connection: socket.socket, read_seconds: float, ends_at: float) -> None:
        self.connection = connection
        self.read_seconds = read_seconds
        self.ends_at = ends_at
        self.unread = MOST_READ

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self.unread:
            raise HTTPException("the answer is too long")
        self.connection.settimeout(min(self.read_seconds, _left(self.ends_at)))
        count = self.connection.recv_into(memoryview(buffer)[: self.unread])
        self.unread -= count
        return count


class _Answer(HTTPResponse):
    """An answer that ends, whatever is sent. ``at_once``: bytes read ahead; one where another talk follows."""

    def __init__(
        self,
        connection: socket.socket,
        method: str,
        read_seconds: float,
        ends_at: float,
        at_once: int = io.DEFAULT_BUFFER_SIZE,
    ) -> None:
        super().__init__(connection, method=method)
        self.fp.close()
        self.fp = io.BufferedReader(_Bounded(connection, read_seconds, ends_at), at_once)
