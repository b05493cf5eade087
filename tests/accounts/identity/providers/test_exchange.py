from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from accounts.identity.providers.exchange import MOST_READ, Deadlines, Endpoint, Unanswered, ask
from accounts.identity.providers.protocol import Trouble

from .fake_servers import FakeServer, said, serving

HASTY = Deadlines(connect=1.0, read=0.2, total=0.5)
Raw = Callable[[bytes], str]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of this machine, its own authority, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fake provider")])
    place = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(),
        now - datetime.timedelta(hours=1), now + datetime.timedelta(hours=1),
    ).add_extension(place, critical=False).sign(key, hashes.SHA256())  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(scope="module")
def secure(certificate: Path) -> Iterator[FakeServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(lambda asked: said(200, {"path": asked.path}), context) as server:
        yield server


@pytest.fixture
def raw() -> Iterator[Raw]:
    """Serve these bytes to whoever connects, then keep silent."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        held: list[socket.socket] = []

        def serve(content: bytes) -> None:
            connection, _ = listener.accept()
            held.append(connection)
            connection.recv(65536)
            connection.sendall(content)

        def start(content: bytes) -> str:
            threading.Thread(target=serve, args=[content], daemon=True).start()
            return f"http://127.0.0.1:{listener.getsockname()[1]}"

        yield start
        for connection in held:
            connection.close()


def _trouble(endpoint: Endpoint) -> Trouble:
    with pytest.raises(Unanswered) as caught:
        ask(endpoint, "GET", {})
    return caught.value.trouble


class TestEndpoint:
    @pytest.mark.parametrize(
        "url",
        [
            "http://cloudauth.aliyuncs.com",
            "ftp://127.0.0.1",
            "https://",
            "https://user:pw@host",
            "https://host/?a=b",
            "https://host/#a",
            "https://host:99999",
            "host",
        ],
    )
    def test_it_is_https_or_this_machine_itself(self, url: str) -> None:
        with pytest.raises(ValueError, match=r"expected https://|out of range"):
            Endpoint(url)

    @pytest.mark.parametrize(
        "url",
        [
            "https://host",
            "https://host:8443/path",
            "http://127.0.0.1:80",
            "http://[::1]:80",
            "http://localhost",
        ],
    )
    def test_it_takes(self, url: str) -> None:
        assert Endpoint(url).url == url

    @pytest.mark.parametrize(
        "other",
        ["https://other/token", "https://host:444/token", "http://127.0.0.1/token", "javascript:alert(1)"],
    )
    def test_another_place_is_not_the_same_provider(self, other: str) -> None:
        with pytest.raises(Unanswered) as caught:
            Endpoint("https://host").at(other)
        assert caught.value.trouble is Trouble.OTHER_ADDRESS

    def test_another_path_is(self) -> None:
        assert Endpoint("https://host/a").at("https://HOST:443/token").path == "/token"


class TestAsking:
    def test_a_certificate_that_nobody_vouches_for_is_no_answer(self, secure: FakeServer) -> None:
        assert _trouble(Endpoint(secure.url)) is Trouble.CERTIFICATE

    def test_one_that_is_known_is_taken(
        self, secure: FakeServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        reply = ask(Endpoint(f"{secure.url}/place"), "GET", {})
        assert (reply.status, reply.media_type, reply.body) == (
            200,
            "application/json",
            b'{"path": "/place"}',
        )

    def test_one_of_another_name_is_no_answer(
        self, secure: FakeServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert _trouble(Endpoint(secure.url.replace("127.0.0.1", "localhost"))) is Trouble.CERTIFICATE

    @pytest.mark.parametrize(
        ("content", "trouble"),
        [
            (b"", Trouble.TIMED_OUT),
            (b"HTTP/1.1 200 OK\r\nContent-Le", Trouble.TIMED_OUT),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", Trouble.TIMED_OUT),
            (b"nonsense\r\n\r\n", Trouble.MALFORMED),
            (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (MOST_READ + 1), Trouble.MALFORMED),
            (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200, Trouble.MALFORMED),
        ],
        ids=["silence", "half-a-head", "half-a-body", "no-http", "too-long", "too-many-headers"],
    )
    def test_what_does_not_end_or_is_no_http_is_no_answer(
        self, raw: Raw, content: bytes, trouble: Trouble
    ) -> None:
        assert _trouble(Endpoint(raw(content), deadlines=HASTY)) is trouble

    def test_a_name_that_nobody_has_is_no_answer(self) -> None:
        assert _trouble(Endpoint("https://provider.invalid", deadlines=HASTY)) is Trouble.NO_CONNECTION

    def test_all_of_it_ends_in_time(self) -> None:
        assert _trouble(Endpoint("http://127.0.0.1:9", deadlines=Deadlines(total=0.0))) is Trouble.TIMED_OUT


class TestProxy:
    def test_it_is_asked_for_a_tunnel_and_sees_no_more(
        self, secure: FakeServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with _proxy(secure.server_address[1]) as (url, seen):
            assert ask(Endpoint(secure.url, url), "GET", {"x-secret": "name"}).status == 200
        assert seen[0].startswith(f"CONNECT 127.0.0.1:{secure.server_address[1]} HTTP/1.1".encode())
        assert b"x-secret" not in b"".join(seen)

    def test_its_refusal_is_no_answer(self, secure: FakeServer, raw: Raw) -> None:
        proxy = raw(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        assert _trouble(Endpoint(secure.url, proxy, HASTY)) is Trouble.NO_CONNECTION


class _proxy:  # noqa: N801
    """A proxy that connects to one port of this machine, and keeps what it was told in clear."""

    def __init__(self, port: int) -> None:
        self.port, self.seen = port, list[bytes]()

    def __enter__(self) -> tuple[str, list[bytes]]:
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}", self.seen

    def __exit__(self, *error: object) -> None:
        self.listener.close()

    def _serve(self) -> None:
        here, _ = self.listener.accept()
        self.seen.append(here.recv(65536))
        there = socket.create_connection(("127.0.0.1", self.port))
        here.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        threading.Thread(target=_pass_on, args=[there, here], daemon=True).start()
        _pass_on(here, there)


def _pass_on(origin: socket.socket, target: socket.socket) -> None:
    try:
        while content := origin.recv(65536):
            target.sendall(content)
    except OSError:
        pass
