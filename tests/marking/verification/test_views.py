"""The home page …"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from marking.registry.models import Registration
from marking.verification import intake
from tests.conftest import photograph
from tests.marking.verification.marked_files import CODE, MarkedFile, png_of

pytestmark = pytest.mark.django_db
SMALL = png_of(photograph(64, 64))


@pytest.fixture
def stranger() -> Client:
    """A browser without an account that does what sites must not rely on: it sends no token."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def _every_place_is_taken() -> Iterator[None]:
    with ExitStack() as taken:
        for _ in range(intake.places().number):
            taken.enter_context(intake.place())
        yield


def post(client: Client, data: bytes, name: str = "upload.png", **extra: str) -> HttpResponse:
    return client.post("/", {"file": SimpleUploadedFile(name, data)}, **extra)  # type: ignore[return-value]


def page_of(response: HttpResponse | StreamingHttpResponse) -> str:
    """All of a page that is sent in pieces."""
    assert isinstance(response, StreamingHttpResponse)
    return b"".join(response).decode()  # type: ignore[arg-type]


def incoming() -> list[Path]:
    return list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())


def test_it_offers_a_form_to_anybody_and_sets_no_cookie(stranger: Client) -> None:
    response = stranger.get("/")
    assert response.status_code == 200
    assert response.context["form_error"] is None
    assert response.context["limits"].items() >= {"max_megabytes": 60, "max_megapixels": 50}.items()
    assert response.context["limits"]["accept"].startswith("image/png,image/jpeg,image/webp,image/gif")
    assert not response.cookies
    assert stranger.head("/").status_code == 200
    assert stranger.put("/").status_code == 405


@pytest.mark.django_db(transaction=True)  # the thread that examines has a connection of its own
def test_it_says_what_a_marked_file_is(
    registered: Registration, marked: MarkedFile, stranger: Client
) -> None:
    response = post(stranger, marked.data, "my holiday.png")
    assert response.status_code == 200
    page = page_of(response)
    assert "Confirmed: this is marked as AI-generated." in page
    assert CODE in page
    assert f"/w/{CODE}" in page
    assert "my holiday.png" in page
    assert not response.cookies


def test_it_says_that_no_label_proves_nothing(stranger: Client) -> None:
    assert "No label found — this proves nothing." in page_of(post(stranger, SMALL))


def test_it_keeps_nothing_and_logs_no_name(stranger: Client, caplog: pytest.LogCaptureFixture) -> None:
    before = incoming()
    with caplog.at_level(logging.INFO):
        page_of(post(stranger, SMALL, "secret-name.png", REMOTE_ADDR="203.0.113.7"))
        post(stranger, b"no picture", "secret-name.png", REMOTE_ADDR="203.0.113.7")
    assert incoming() == before
    assert "secret-name" not in caplog.text
    assert "203.0.113.7" not in caplog.text
    assert f"{len(SMALL)} bytes" in caplog.text


@pytest.mark.parametrize(
    ("data", "status", "word"),
    [
        (b"", 400, "empty"),
        (b"BM6\0 and the rest of it", 415, "no label was found in this one"),
        (b"MZ\x90\0 not a picture at all", 415, "no label was found in this one"),
    ],
)
def test_it_says_why_a_file_is_not_examined(data: bytes, status: int, word: str, stranger: Client) -> None:
    response = post(stranger, data)
    assert response.status_code == status
    assert word in response.context["form_error"]


def test_it_asks_for_a_file_when_none_came(stranger: Client) -> None:
    for body in ({}, {"file": "only text"}, {"other": SimpleUploadedFile("a.png", SMALL)}):
        response = stranger.post("/", body)
        assert response.status_code == 400
        assert "No whole file arrived" in response.context["form_error"]


def test_it_reads_a_cut_off_picture_as_far_as_it_goes(stranger: Client, marked: MarkedFile) -> None:
    response = post(stranger, marked.data[: len(marked.data) // 3])
    assert response.status_code == 200
    assert "the file is cut off" in page_of(response)


def test_it_refuses_what_is_too_large_and_reads_it_to_the_end(stranger: Client) -> None:
    response = stranger.generic("POST", "/", bytes(62 << 20), "multipart/form-data; boundary=b")
    assert response.status_code == 413
    assert "At most 62914560 bytes" in response.context["form_error"]
    assert response.wsgi_request.read() == b""


def test_it_shows_a_name_without_control_characters(stranger: Client) -> None:
    response = post(stranger, SMALL, "a\x1b\u202e" + "b" * 150 + ".png")
    assert f">a{'b' * 118}…<" in page_of(response)


def multipart(name: bytes, data: bytes) -> bytes:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'"\r\n\r\n'
    return head + data + b"\r\n--b--\r\n"


@pytest.mark.parametrize(("name", "status"), [(b"n\x07" * 400, 200), (b"n\x07" * 2048, 400)])
def test_it_takes_or_explains_a_name_that_is_long(name: bytes, status: int, stranger: Client) -> None:
    response = stranger.generic("POST", "/", multipart(name, SMALL), "multipart/form-data; boundary=b")
    assert response.status_code == status
    if status == 400:
        assert "short name" in response.context["form_error"]
    else:
        assert f">{'n' * 119}…<" in page_of(response)


def test_it_says_that_an_upload_was_cut_and_keeps_no_part_of_it(stranger: Client, marked: MarkedFile) -> None:
    before = incoming()
    body = multipart(b"a.png", marked.data)[: len(marked.data) // 2]
    response = stranger.generic("POST", "/", body, "multipart/form-data; boundary=b")
    assert response.status_code == 400
    assert "No whole file arrived" in response.context["form_error"]
    assert incoming() == before


@pytest.mark.parametrize("length", ["", "many", "-5"])
def test_a_wrong_length_is_no_size(length: str, stranger: Client) -> None:
    response = stranger.generic("POST", "/", b"", "multipart/form-data; boundary=b", CONTENT_LENGTH=length)
    assert response.status_code == 400


def test_it_sends_away_who_asks_too_often(stranger: Client) -> None:
    request = RequestFactory().post("/", REMOTE_ADDR="203.0.113.8")
    for now in (time.time(), time.time() + 60):
        for _ in range(intake.PER_MINUTE):
            intake.count_request(request, now=now)
    response = stranger.post("/", REMOTE_ADDR="203.0.113.8")
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 60
    assert stranger.post("/", REMOTE_ADDR="203.0.113.9").status_code == 400


@pytest.mark.usefixtures("_every_place_is_taken")
def test_it_asks_for_patience_when_every_place_is_taken(
    stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "PATIENCE_SECONDS", 0.01)
    before = incoming()
    response = post(stranger, SMALL)
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert incoming() == before


def test_a_place_is_free_again_after_a_refusal(stranger: Client) -> None:
    for _ in range(intake.AT_ONCE + 1):
        assert post(stranger, b"no picture").status_code == 415
