"""``POST /api/v1/verifications`` …"""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.users.models import User
from config.headers import OPEN_TO_SCRIPTS
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
    assert report["sentence"] == "Confirmed: this is marked as AI-generated."
    assert report["marked_here"] == {
        "work": CODE, "state": "intact", "consent_since": None, "refutation": None, "removed": [], "removed_marks": [], "changes": [],
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


def test_it_answers_in_the_language_of_the_request(user: User) -> None:
    file = SimpleUploadedFile("a.png", png_of(photograph(64, 64)))
    answer = Client(headers={"Accept-Language": "zh-CN"}).post(URL, {"file": file})
    assert answer.json()["sentence"].startswith("未发现标识")


def test_it_answers_with_nothing_that_is_not_described(user: User) -> None:
    register(user, marked_file())
    report = post(marked_file().data).json()  # type: ignore[attr-defined]
    schemas = Client().get("/api/v1/openapi.json").json()["components"]["schemas"]
    assert set(report) <= set(schemas["ReportOut"]["properties"])
    assert set(report["marked_here"]) <= set(schemas["MarkedHereOut"]["properties"])
    assert {"layer", "finding"} <= set(report["evidence"][0])


@pytest.mark.parametrize("how", ["fine", "refused", "too_large"])
def test_scripts_of_other_sites_may_read_every_answer(how: str) -> None:
    data = {"fine": {"file": SimpleUploadedFile("a.png", png_of(photograph(64, 64)))}, "refused": {}}
    if how == "too_large":
        answer = Client().generic("POST", URL, bytes(62 << 20), "multipart/form-data; boundary=b")
    else:
        answer = Client().post(URL, data[how], headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == {"fine": 200, "refused": 400, "too_large": 413}[how]
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Access-Control-Expose-Headers"] == "Retry-After"
    assert "Access-Control-Allow-Credentials" not in answer
    assert not answer.cookies


def test_a_preflight_is_answered() -> None:
    assert reverse("api-1:verify") == OPEN_TO_SCRIPTS
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    answer = Client().options(URL, headers=asked)
    assert (answer.status_code, answer["Access-Control-Allow-Methods"]) == (204, "POST")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert Client().options(URL).status_code == 405


@pytest.mark.parametrize("url", ["/", "/healthz", "/api/v1/verifications/batch", "/api/v1/openapi.json"])
def test_nothing_else_is_open_to_scripts_of_other_sites(url: str) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    for answer in (Client().get(url, headers=asked), Client().options(url, headers=asked)):
        assert "Access-Control-Allow-Origin" not in answer


def test_its_description_names_the_file_and_the_report() -> None:
    described = Client().get("/api/v1/openapi.json").json()["paths"][URL]["post"]
    body = described["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert body["required"] == ["file"]
    assert set(described["responses"]) >= {"200", "400", "408", "413", "415", "429", "503"}
    assert "security" not in described
