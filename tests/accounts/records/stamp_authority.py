"""A time stamp authority that speaks RFC 3161 over HTTP, made with OpenSSL: root, signer, and an answer to each request."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIG = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = {name}
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[signer]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = authority
[authority]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@dataclass
class Authority:
    """Where it listens, and the PEM of its root. ``answers``: what it says instead of a stamp, first come first."""

    url: str
    root: str
    folder: Path
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    asked: int = 0

    def stamp(self, request: bytes) -> bytes:
        """The reply to a request, DER."""
        (self.folder / "query.tsq").write_bytes(request)
        _openssl(
            "ts",
            "-reply",
            "-config",
            "openssl.cnf",
            "-queryfile",
            "query.tsq",
            "-out",
            "reply.tsr",
            folder=self.folder,
        )
        return (self.folder / "reply.tsr").read_bytes()


@contextmanager
def authority(folder: Path, name: str = "Test authority") -> Iterator[Authority]:
    """An authority that listens on loopback."""
    _make(folder, name)
    made = Authority("", (folder / "root.pem").read_text(), folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"]))
            made.asked += 1
            status, content = made.answers.pop(0) if made.answers else (200, made.stamp(request))
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/stamp?account=1"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _make(folder: Path, name: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "openssl.cnf").write_text(CONFIG.format(name=name, folder=folder))
    (folder / "serial").write_text("01\n")
    new = ("req", "-x509", "-config", "openssl.cnf", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    _openssl(*new, "-extensions", "root", "-keyout", "root.key", "-out", "root.pem", folder=folder)
    (folder / "openssl.cnf").write_text(CONFIG.format(name=f"{name}, signer", folder=folder))
    from_root = ("-CA", "root.pem", "-CAkey", "root.key")
    _openssl(
        *new,
        *from_root,
        "-extensions",
        "signer",
        "-keyout",
        "signer.key",
        "-out",
        "signer.pem",
        folder=folder,
    )


def _openssl(*arguments: str, folder: Path) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
