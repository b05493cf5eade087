"""``POST /api/v1/verifications`` …"""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from accounts.users.models import User
from tests.conftest import photograph
from tests.marking.verification.marked_files import CODE, marked_file, png_of, register

pytestmark = pytest.mark.django_db
URL = "/api/v1/verifications"


@pytest.fixture(autouse=True)
def _no_counts_left_over() -> None:
    cache.clear()


def post(data: bytes, name: str = "upload.png") -> HttpResponse:
    client = Client(enforce_csrf_checks=True)
    return client.post(URL, {"file": SimpleUploadedFile(name, data)})  # type: ignore[return-value]


def test_it_answers_with_the_report_and_asks_for_no_token(user: User) -> None:
    register(user, marked_file())
    response = post(marked_file().data, "a b.png")
    assert response.status_code == 200
    report = response.json()  # type: ignore[attr-defined]
    assert (report["file"], report["verdict"]) == ("a b.png", "confirmed")
    assert report["marked_here"] == {
        "work": CODE, "state": "intact", "removed": [], "removed_marks": [], "changes": [],
    }  # fmt: skip
    assert [each["layer"] for each in report["evidence"]] == [
        "explicit_label", "implicit_label", "credential", "watermark", "hash", "fingerprint", "generator",
    ]  # fmt: skip
    assert not response.cookies


def test_it_says_that_no_label_was_found() -> None:
    report = post(png_of(photograph(64, 64))).json()  # type: ignore[attr-defined]
    assert (report["verdict"], report["marked_here"]) == ("no_label_found", None)


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [(b"", 400, "empty_file"), (b"BM6\0", 415, "unsupported_format")],
)
def test_it_refuses_with_a_problem_document(data: bytes, status: int, code: str) -> None:
    response = post(data)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == code  # type: ignore[attr-defined]


def test_it_asks_for_the_field_file() -> None:
    response = Client().post(URL, {"picture": SimpleUploadedFile("a.png", b"x")})
    assert (response.status_code, response.json()["code"]) == (400, "no_file")


def test_its_description_names_the_file_and_the_report() -> None:
    described = Client().get("/api/v1/openapi.json").json()["paths"][URL]["post"]
    body = described["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert body["required"] == ["file"]
    assert set(described["responses"]) >= {"200", "400", "413", "415", "429", "503"}
    assert "security" not in described
