"""Receiving a file of which nothing stays …"""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.test import RequestFactory

from accounts.refusals import Refusal
from marking.verification import intake, receiving
from marking.verification.receiving import NamelessFile, NamelessFileHandler, allowed_seconds, hurried

HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
BODY = HEAD + b"the bytes\r\n--b--\r\n"


def incoming() -> list[Path]:
    return list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())


def request_with(body: bytes, **extra: object) -> HttpRequest:
    return RequestFactory().generic("POST", "/", body, "multipart/form-data; boundary=b", **extra)  # type: ignore[arg-type]


def received(body: bytes) -> NamelessFile:
    request = request_with(body)
    request.upload_handlers = [NamelessFileHandler(request)]
    file = request.FILES["file"]
    assert isinstance(file, NamelessFile)
    return file


def test_an_upload_has_no_name_and_opens_for_other_processes_of_its_user() -> None:
    before, file = incoming(), received(BODY)
    assert incoming() == before
    path = file.temporary_file_path()
    cat = subprocess.run([sys.executable, "-c", f"print(open({path!r}).read())"], capture_output=True)
    assert cat.stdout == b"the bytes\n"
    assert os.stat(path).st_nlink == 0
    file.close()
    assert not Path(path).exists()


def test_it_says_once_that_it_was_closed() -> None:
    file, said = received(BODY), []
    file.on_close = lambda: said.append("closed")
    file.close()
    file.close()
    assert said == ["closed"]


def test_what_was_cut_off_is_closed() -> None:
    request = request_with(HEAD + b"half of the by")
    request.upload_handlers = [handler] = [NamelessFileHandler(request)]
    assert "file" not in request.FILES
    assert handler.file.closed
    NamelessFileHandler(request).upload_interrupted()


def test_a_larger_body_may_take_longer() -> None:
    assert allowed_seconds(request_with(b"")) == receiving.FIRST_SECONDS
    assert allowed_seconds(request_with(bytes(1 << 20))) == receiving.FIRST_SECONDS + 8


def over_socket(connection: socket.socket) -> WSGIRequest:
    """A request whose body is read from ``connection``, as gunicorn hands it over."""
    environ = RequestFactory()._base_environ(
        REQUEST_METHOD="POST", CONTENT_TYPE="multipart/form-data; boundary=b", CONTENT_LENGTH=str(len(BODY)),
    )  # fmt: skip
    stream = io.BufferedReader(socket.SocketIO(connection, "r"))
    return WSGIRequest({**environ, "wsgi.input": stream, "gunicorn.socket": connection})


def test_a_sender_who_is_too_slow_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "FIRST_SECONDS", 0.05)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(BODY[:-20])  # and never the rest
        with pytest.raises(Refusal) as caught:
            intake.received(over_socket(ours))
        assert (caught.value.status, caught.value.code) == (408, "too_slow")
        ours.sendall(b"the answer still arrives")
        assert theirs.recv(100) == b"the answer still arrives"


def test_a_sender_who_hung_up_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "FIRST_SECONDS", 0.01)
    ours, theirs = socket.socketpair()
    theirs.close()
    ours.close()
    request = over_socket_closed(ours)
    with hurried(request) as is_late:
        assert is_late.wait(10)


def over_socket_closed(connection: socket.socket) -> HttpRequest:
    request = HttpRequest()
    request.META["gunicorn.socket"] = connection
    return request


def test_a_sender_in_time_is_heard_to_the_end() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(BODY)
        file = intake.received(over_socket(ours))["file"]
        assert file.read() == b"the bytes"
        file.close()
