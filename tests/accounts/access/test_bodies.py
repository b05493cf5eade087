"""No body is read that its view would not take: nothing of it may reach the disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from accounts.access.bodies import LIMIT_WITHOUT_FILES, announced_bytes, drain
from accounts.users.models import User

pytestmark = pytest.mark.django_db


def _file(size: int) -> SimpleUploadedFile:
    return SimpleUploadedFile("large.png", bytes(size))


@pytest.mark.parametrize(
    "address",
    ["/language", "/identity/o/api/token", "/accounts/login/", "/accounts/signup/", "/me/agreement"],
)
def test_it_refuses_a_file_where_none_is_wanted(client: Client, address: str) -> None:
    client.cookies["csrftoken"] = "a" * 32
    answer = client.post(address, {"file": _file(LIMIT_WITHOUT_FILES + 1)})
    assert answer.status_code == 413
    assert "1 MB" in answer.content.decode()
    assert not list(Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload.*"))


def test_it_sends_strangers_to_sign_in_before_it_reads_their_upload(client: Client) -> None:
    answer = client.post("/works/new", {"pictures": _file(LIMIT_WITHOUT_FILES * 2)})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_it_answers_scripts_and_machines_in_their_own_form(client: Client, user: User) -> None:
    client.force_login(user)
    script = client.post(
        "/me/identity/", {"file": _file(LIMIT_WITHOUT_FILES + 1)}, headers={"Accept": "application/json"}
    )
    assert (script.status_code, script.json()["errors"]["__all__"][0]["code"]) == (413, "too_large")
    machine = client.post("/api/v1/works", {"file": _file(62 << 20)})
    assert (machine.status_code, machine["Content-Type"]) == (413, "application/problem+json")


@pytest.mark.parametrize(("length", "expected"), [("", 0), ("12", 12), ("-5", 0), ("1e9", 0), ("٣", 0)])
def test_it_reads_the_announced_length(length: str, expected: int) -> None:
    request = RequestFactory().post("/")
    request.META["CONTENT_LENGTH"] = length
    assert announced_bytes(request) == expected


def test_it_drops_what_it_does_not_take() -> None:
    request = RequestFactory().post("/", b"x" * 3_000_000, content_type="application/octet-stream")
    drain(request)
    assert request.read(1) == b""
