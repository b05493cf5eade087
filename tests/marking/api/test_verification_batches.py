"""``POST /api/v1/verifications/batch`` …"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from accounts.users.models import User
from marking.verification import batches, intake
from tests.conftest import photograph
from tests.marking.verification.marked_files import CODE, marked_file, png_of, register

pytestmark = pytest.mark.django_db
URL = "/api/v1/verifications/batch"
SMALL = png_of(photograph(64, 64))


@pytest.fixture(autouse=True)
def _no_counts_left_over() -> None:
    cache.clear()


def files(*contents: bytes) -> dict[str, list[SimpleUploadedFile]]:
    return {"files": [SimpleUploadedFile(f"{number}.png", data) for number, data in enumerate(contents)]}


def results(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    return list(json.loads(b"".join(answer.streaming_content))["results"])


def incoming() -> list[Path]:
    return list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())


def test_each_file_is_answered_in_its_place_and_may_be_refused_by_itself(user: User) -> None:
    register(user, marked_file())
    answer = Client(enforce_csrf_checks=True).post(URL, files(marked_file().data, b"BM6\0", b"", SMALL))
    first, second, third, fourth = results(answer)
    assert [each["file"] for each in (first, second, third, fourth)] == ["0.png", "1.png", "2.png", "3.png"]
    assert [each["status"] for each in (first, second, third, fourth)] == [200, 415, 400, 200]
    assert (first["report"]["marked_here"]["work"], first["problem"]) == (CODE, None)
    assert (second["report"], second["problem"]["code"]) == (None, "unsupported_format")
    assert third["problem"]["title"] == "Bad Request"
    assert fourth["report"]["sentence"].startswith("No label found")
    assert not answer.cookies


def test_a_file_of_a_batch_gets_the_answer_that_it_gets_alone() -> None:
    alone = Client().post("/api/v1/verifications", {"file": SimpleUploadedFile("0.png", SMALL)}).json()
    assert results(Client().post(URL, files(SMALL)))[0]["report"] == alone


def test_it_answers_in_the_language_of_the_request() -> None:
    answer = Client(headers={"Accept-Language": "zh-CN"}).post(URL, files(SMALL, b""))
    first, second = results(answer)
    assert first["report"]["sentence"].startswith("未发现标识")
    assert "文件" in second["problem"]["detail"]


def test_every_file_counts() -> None:
    request = RequestFactory().post("/", REMOTE_ADDR="127.0.0.1")
    for now in (time.time(), time.time() + 60):
        for _ in range(intake.PER_MINUTE - 1):
            intake.count_request(request, now=now)
    first, second = results(Client().post(URL, files(b"", b"")))
    assert (first["status"], second["status"]) == (400, 429)
    assert second["problem"]["code"] == "too_many_requests"


def test_it_takes_a_hundred_files_and_no_more() -> None:
    assert len(results(Client().post(URL, files(*[b""] * 100)))) == batches.MOST_FILES == 100
    answer = Client().post(URL, files(*[b""] * 101))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_files")


def test_it_says_how_large_all_of_them_may_be_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_BYTES", 1 << 20)
    answer = Client().post(URL, files(bytes(3 << 20)))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert "1048576" in answer.json()["detail"]


def test_it_takes_more_than_other_addresses_of_the_api() -> None:
    answer = Client().generic("POST", URL, bytes(62 << 20), "multipart/form-data; boundary=b")
    assert answer.json()["code"] == "unreadable_upload"


@pytest.mark.parametrize("body", [{}, {"file": SimpleUploadedFile("a.png", SMALL)}])
def test_it_asks_for_the_field_files(body: dict[str, SimpleUploadedFile]) -> None:
    answer = Client().post(URL, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "no_file")


def test_what_is_not_reached_in_time_is_put_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "SECONDS", -1.0)
    assert [each["status"] for each in results(Client().post(URL, files(SMALL, SMALL)))] == [503, 503]


def batch() -> batches.Batch:
    return batches.Batch(RequestFactory().post(URL, files(b"", b""), REMOTE_ADDR="198.51.100.9"))


@pytest.fixture
def _hands() -> Iterator[None]:
    """Nothing is in hand before, and nothing is left in hand afterwards."""
    assert not intake._hands._held
    yield
    assert not intake._hands._held


@pytest.mark.usefixtures("_hands")
def test_nothing_is_left_of_a_batch_that_nobody_reads() -> None:
    before, unread = incoming(), batch()
    unread.close()
    half_read = batch()
    next(half_read.outcomes())
    half_read.close()
    assert all(file.closed for each in (unread, half_read) for file in each._files)
    assert incoming() == before


@pytest.mark.usefixtures("_hands")
def test_a_batch_is_one_request_in_hand() -> None:
    held = [batch() for _ in range(3)]
    with pytest.raises(intake.NotNow):
        batch()
    for each in held:
        each.close()


@pytest.mark.usefixtures("_hands")
def test_an_answer_that_is_sent_lets_go_of_everything() -> None:
    answer = Client().post(URL, files(b""))
    assert intake._hands._held
    results(answer)
    answer.close()


def test_its_description_names_the_files_and_the_results() -> None:
    document = Client().get("/api/v1/openapi.json").json()
    described = document["paths"][URL]["post"]
    body = described["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert body["properties"]["files"]["maxItems"] == 100
    assert set(described["responses"]) >= {"200", "400", "408", "413", "429", "503"}
    assert set(document["components"]["schemas"]["ResultOut"]["required"]) == {
        "file", "status", "report", "problem",
    }  # fmt: skip
