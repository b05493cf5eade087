"""sign: with a time stamp from a real RFC 3161 authority, OpenSSL's, on loopback."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from marking.marks.credential import Credential, Signer, read, sign
from tests import programs
from tests.marking.marks.credential.signed import CLAIM, issuer, own, picture

CONFIGURATION = """
[tsa]
default_tsa = authority
[authority]
serial = ./serial
default_policy = 1.2.3.4
digests = sha256, sha384, sha512
signer_digest = sha256
"""
EXTENSIONS = """
basicConstraints = critical, CA:FALSE
extendedKeyUsage = critical, timeStamping
keyUsage = critical, digitalSignature
authorityKeyIdentifier = keyid
subjectKeyIdentifier = hash
"""
NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[str]:
    """The address of a time stamp authority with a certificate of its own."""
    programs.require("openssl", "openssl")
    (tmp_path / "tsa.cnf").write_text(CONFIGURATION)
    (tmp_path / "extensions").write_text(EXTENSIONS)
    (tmp_path / "serial").write_text("01")
    openssl(tmp_path, "req", "-x509", *NEW_KEY, "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=Stamp root",
            "-addext", "keyUsage=critical,keyCertSign")  # fmt: skip
    openssl(tmp_path, "req", *NEW_KEY, "-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=Stamps")
    openssl(tmp_path, "x509", "-req", "-in", "request.pem", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
            "-extfile", "extensions", "-out", "stamps.pem")  # fmt: skip

    class Authority(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (tmp_path / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            openssl(tmp_path, "ts", "-reply", "-config", "tsa.cnf", "-section", "authority", "-queryfile", "query",
                    "-signer", "stamps.pem", "-inkey", "key.pem", "-chain", "root.pem", "-out", "reply")  # fmt: skip
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write((tmp_path / "reply").read_bytes())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Authority) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_it_carries_the_time_and_says_that_its_authority_is_on_no_list(authority: str) -> None:
    data = sign(picture(), "image/png", CLAIM, replace(issuer(), timestamp_url=authority))
    found = read(data, own())
    assert isinstance(found, Credential)
    assert found.signer is Signer.LISTED
    assert abs((datetime.now(UTC) - datetime.fromisoformat(found.signed_at)).total_seconds()) < 3600
    assert not found.is_time_listed
