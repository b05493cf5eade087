"""Servers on this machine that speak what the real ones speak, and check what the real ones check.

Signatures are computed here from the bytes that came in, by code of its own, so that an adapter that signs anything else than
what it sends is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

KEY_ID, SECRET = "key-id-of-this-test", "secret-of-this-test"
ADA = ("欧阳娜娜", "11010519491231002X", "13800138000")


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Said:
    """One answer."""

    status: int
    body: bytes
    headers: dict[str, str] = field(
        default_factory=lambda: {"Content-Type": "application/json;charset=utf-8"}
    )


def said(status: int, content: Any) -> Said:
    return Said(status, json.dumps(content, ensure_ascii=False).encode())


class FakeServer(ThreadingHTTPServer):
    """Answers by ``respond``; ``mishap`` answers instead, where there is one."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, respond: Callable[[Asked], Said]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.respond = respond
        self.mishap: Callable[[Asked], Said] | None = None
        self.pause = 0.0
        self.asked: list[Asked] = []
        self.scheme = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked may have gone before the answer."""

    def reset(self) -> None:
        self.mishap, self.pause, self.asked = None, 0.0, []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FakeServer

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, body)
        self.server.asked.append(asked)
        if self.server.pause:
            time.sleep(self.server.pause)
        found = (self.server.mishap or self.server.respond)(asked)
        self.send_response_only(found.status)
        for name, value in {**found.headers, "Content-Length": str(len(found.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(found.body)
        self.close_connection = True

    do_GET = do_POST = _answer  # noqa: N815

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serving(respond: Callable[[Asked], Said], tls: ssl.SSLContext | None = None) -> Iterator[FakeServer]:
    with FakeServer(respond) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
            server.scheme = "https"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def _sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


@dataclass
class Aliyun:
    """Cloudauth of Alibaba Cloud: Id2MetaVerify and Mobile3MetaSimpleVerify, version 2019-03-07."""

    clock: datetime
    secret: str = SECRET
    nonces: set[str] = field(default_factory=set)

    repeatable = timedelta()

    def reset(self, clock: datetime) -> None:
        self.clock, self.nonces = clock, set()

    def __call__(self, asked: Asked) -> Said:
        trouble = self._trouble(asked)
        return said(*trouble) if trouble else said(200, self._found(asked))

    def _trouble(self, asked: Asked) -> tuple[int, dict[str, str]] | None:
        headers = asked.headers
        if headers["authorization"] != self._signature(asked):
            return 400, _refused(
                "SignatureDoesNotMatch", "Specified signature does not match our calculation."
            )
        made = datetime.strptime(headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if abs((made - self.clock).total_seconds()) > 15 * 60:
            return 400, _refused("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
        if headers["x-acs-signature-nonce"] in self.nonces:
            return 400, _refused("SignatureNonceUsed", "Specified signature nonce was used already.")
        self.nonces.add(headers["x-acs-signature-nonce"])
        return None

    def _signature(self, asked: Asked) -> str:
        names = sorted(
            each for each in asked.headers if each.startswith("x-acs-") or each in {"host", "content-type"}
        )
        lines = "".join(f"{name}:{asked.headers[name]}\n" for name in names)
        path, _, query = asked.path.partition("?")
        request = f"{asked.method}\n{path}\n{query}\n{lines}\n{';'.join(names)}\n{_sha256(asked.body)}"
        text = f"ACS3-HMAC-SHA256\n{_sha256(request.encode())}"
        signature = hmac.digest(self.secret.encode(), text.encode(), "sha256").hex()
        return f"ACS3-HMAC-SHA256 Credential={KEY_ID},SignedHeaders={';'.join(names)},Signature={signature}"

    def _found(self, asked: Asked) -> dict[str, Any]:
        given, action = dict(parse_qsl(asked.body.decode())), asked.headers["x-acs-action"]
        assert (asked.headers["x-acs-version"], given.pop("ParamType")) == ("2019-03-07", "normal")
        wanted = {"UserName", "IdentifyNum"} | ({"Mobile"} if action == "Mobile3MetaSimpleVerify" else set())
        assert action in {"Id2MetaVerify", "Mobile3MetaSimpleVerify"}
        assert set(given) == wanted
        if given["UserName"] == INVALID[0]:
            return _refused("401", "参数非法(userName)")
        code = _judged(given["UserName"], given["IdentifyNum"], given.get("Mobile"), "1", "2", "3")
        return {
            "Message": "success",
            "RequestId": str(uuid4()).upper(),
            "ResultObject": {"BizCode": code},
            "Code": "200",
        }


@dataclass
class Tencent:
    """faceid of Tencent Cloud: IdCardVerification and PhoneVerification, version 2018-03-01."""

    clock: datetime
    secret: str = SECRET

    repeatable = timedelta(minutes=5)
    """For how long the signature of a request is good: it holds a time and no nonce."""

    def reset(self, clock: datetime) -> None:
        self.clock = clock

    def __call__(self, asked: Asked) -> Said:
        return said(200, {"Response": {**self._response(asked), "RequestId": str(uuid4())}})

    def _response(self, asked: Asked) -> dict[str, Any]:
        stamp = int(asked.headers["x-tc-timestamp"])
        if asked.headers["authorization"] != self._signature(asked, stamp):
            return {
                "Error": {
                    "Code": "AuthFailure.SignatureFailure",
                    "Message": "The provided credentials could not be validated.",
                }
            }
        if abs(stamp - self.clock.timestamp()) > self.repeatable.total_seconds():
            return {"Error": {"Code": "AuthFailure.SignatureExpire", "Message": "Signature expired."}}
        assert asked.headers["x-tc-version"] == "2018-03-01"
        given, action = json.loads(asked.body), asked.headers["x-tc-action"]
        assert set(given) == {"IdCard", "Name"} | ({"Phone"} if action == "PhoneVerification" else set())
        assert action in {"IdCardVerification", "PhoneVerification"}
        if given["Name"] == INVALID[0]:
            return {"Result": "-8" if "Phone" in given else "-3", "Description": "姓名校验不通过"}
        codes = ("0", "-4", "-9") if "Phone" in given else ("0", "-1", "-5")
        return {
            "Result": _judged(given["Name"], given["IdCard"], given.get("Phone"), *codes),
            "Description": "",
        }

    def _signature(self, asked: Asked, stamp: int) -> str:
        day = datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%d")
        lines = f"content-type:{asked.headers['content-type']}\nhost:{asked.headers['host']}\n"
        request = f"{asked.method}\n{asked.path}\n\n{lines}\ncontent-type;host\n{_sha256(asked.body)}"
        text = f"TC3-HMAC-SHA256\n{stamp}\n{day}/faceid/tc3_request\n{_sha256(request.encode())}"
        key = f"TC3{self.secret}".encode()
        for part in (day, "faceid", "tc3_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        signature = hmac.digest(key, text.encode(), "sha256").hex()
        return (
            f"TC3-HMAC-SHA256 Credential={KEY_ID}/{day}/faceid/tc3_request, SignedHeaders=content-type;host, "
            f"Signature={signature}"
        )


STRANGER = ("李四", "110105199001010010", "13800138000")
INVALID = ("未知数", ADA[1], ADA[2])


def _judged(name: str, number: str, phone: str | None, match: str, mismatch: str, no_record: str) -> str:
    if number != ADA[1]:
        return no_record
    return match if name == ADA[0] and phone in {None, ADA[2]} else mismatch


def _refused(code: str, message: str) -> dict[str, str]:
    return {
        "RequestId": "24394B83-EE10-5C5F-A0BC-FBC680A694A4",
        "HostId": "127.0.0.1",
        "Code": code,
        "Message": message,
    }
