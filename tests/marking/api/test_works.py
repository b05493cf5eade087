"""The API as a generation service uses it, with a real token from the token endpoint."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.api import services as clients
from accounts.identity.documents import DocumentType
from accounts.identity.services import end, vouch
from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.users.models import User
from accounts.users.services import accept_on_behalf
from marking.marks import implicit_label
from marking.works import execution
from marking.works.models import Work
from marking.works.states import WorkState
from tests.conftest import photograph
from tests.drawn_faces import scene
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db

FIELDS = {"tool": "Generator", "tool_version": "7", "kind": "content", "depicts": "nobody"}


class Service:
    """A machine with a token."""

    def __init__(self, client: Client, token: str) -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"}

    def submit(self, data: bytes = b"", headers: dict[str, str] | None = None, **fields: str):  # type: ignore[no-untyped-def]
        file = SimpleUploadedFile("generated.png", data or _png())
        return self.client.post(
            "/api/v1/works", {**FIELDS, **fields, "file": file}, headers={**self.headers, **(headers or {})}
        )

    def get(self, address: str):  # type: ignore[no-untyped-def]
        return self.client.get(address, headers=self.headers)


def _png() -> bytes:
    file = BytesIO()
    Image.fromarray(photograph(256, 256)).save(file, "PNG", compress_level=1)
    return file.getvalue()


def _token(client: Client, owner: User, scope: str = "works:read works:write") -> str:
    made = clients.create_client(by=owner, name="a generator")
    basic = base64.b64encode(f"{made.client.id}:{made.secret}".encode()).decode()
    answer = client.post(
        "/identity/o/api/token",
        {"grant_type": "client_credentials", "scope": scope},
        headers={"Authorization": f"Basic {basic}"},
    )
    assert answer.status_code == 200, answer.content
    return str(answer.json()["access_token"])


@pytest.fixture
def service(client: Client, verified_user: User) -> Service:
    return Service(client, _token(client, verified_user))


def test_it_marks_a_file_from_submission_to_download(service: Service, client: Client) -> None:
    answer = service.submit()
    assert answer.status_code == 202, answer.content
    work = answer.json()
    assert work["state"] == "queued"
    assert "download" not in work["links"]
    assert work["watermark"] is None
    execution.run(work["payload"])
    work = service.get(f"/api/v1/works/{work['id']}").json()
    assert work["state"] == "released"
    assert work["marks"] == ["explicit_label", "watermark", "implicit_label", "credential"]
    assert work["watermark"]["bits"] == 48
    assert set(work["watermark"]["quality"]) == set(_schema("QualityAnswer"))
    assert 30 < work["watermark"]["quality"]["worst_tile_psnr"] < work["watermark"]["quality"]["psnr"] < 60
    marked = b"".join(service.get(f"/api/v1/works/{work['id']}/download").streaming_content)
    assert implicit_label.read(marked).labels[0].value.produce_id == work["id"]  # type: ignore[union-attr]

    certificate = client.get(f"/api/v1/certificates/{work['id']}")
    assert certificate.json()["sha256"] == work["sha256"]
    assert certificate.json()["identity_verified_by_third_party"] is False
    assert "email" not in certificate.content.decode()


def _schema(name: str) -> dict[str, object]:
    """The fields of an answer as the OpenAPI description names them."""
    described = Client().get("/api/v1/openapi.json").json()["components"]["schemas"][name]
    return dict(described["properties"])


def test_it_records_what_was_said_of_the_parameters(service: Service) -> None:
    assert service.submit(parameters="a lantern, seed 7").status_code == 202
    said: Any = body_of(Record.objects.get(kind="work.received"))
    assert said["parameters"].keys() == {"salt", "sha256"}
    assert said["session"]["way"] == "api"
    assert service.submit(parameters="x" * 20_001).status_code == 422
    assert service.submit(parameters="a\0b").status_code == 422


def test_it_puts_the_label_into_the_corner_that_was_asked_for(service: Service) -> None:
    work = service.submit(label_corner="top_left").json()
    execution.run(work["payload"])
    (mark,) = (each for each in Work.objects.get().marks if each["name"] == "explicit_label")
    assert (mark["corner"], max(mark["box"][:2]) < 20) == ("top_left", True)
    assert mark["contrast"] >= 4.5
    assert service.submit(label_corner="middle").status_code == 422
    assert service.submit(label_corner="auto").status_code == 202


def test_it_does_a_repeated_request_once(service: Service) -> None:
    data = _png()
    first = service.submit(data, {"Idempotency-Key": "one"})
    again = service.submit(data, {"Idempotency-Key": "one"})
    assert again.json()["id"] == first.json()["id"]
    assert again["Idempotent-Replayed"] == "true"
    assert Work.objects.count() == 1
    assert service.submit(data, {"Idempotency-Key": "one"}, kind="other").status_code == 422


@pytest.mark.parametrize(
    ("fields", "status"), [({"kind": "poem"}, 422), ({"tool": ""}, 422), ({"depicts": "maybe"}, 422)]
)
def test_it_says_which_field_is_wrong(service: Service, fields: dict[str, str], status: int) -> None:
    answer = service.submit(**fields)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert next(iter(fields)) in answer.content.decode()


def test_it_says_why_a_file_is_refused(service: Service) -> None:
    answer = service.submit(b"MZ not a picture")
    assert answer.status_code == 415
    assert answer.json()["code"] == "unsupported_format"
    assert not Work.objects.exists()


def test_it_tells_the_service_of_a_watermark_that_sharing_may_remove(service: Service) -> None:
    work = Work.objects.get(pk=service.submit().json()["payload"])
    Work.objects.filter(pk=work.pk).update(
        marks=[{"name": "watermark", "bits": 48, "confidence": 0.7, "deflection": 9.5, "is_robust": False}]
    )
    watermark = service.get(f"/api/v1/works/{work.code}").json()["watermark"]
    assert (watermark["is_robust"], watermark["deflection"], watermark["quality"]) == (False, 9.5, None)
    assert "A larger picture" in watermark["warning"]


def test_it_tells_the_service_why_marking_failed(service: Service) -> None:
    work = Work.objects.get(pk=service.submit().json()["payload"])
    with unrecorded():
        Work.objects.filter(pk=work.pk).update(state=WorkState.FAILED, failure="crashed")
    failure = service.get(f"/api/v1/works/{work.code}").json()["failure"]
    assert failure["code"] == "crashed"
    assert failure["sentence"]


def test_it_lets_nobody_in_without_a_token(client: Client, verified_user: User) -> None:
    client.force_login(verified_user)
    answer = client.post("/api/v1/works", {**FIELDS, "file": SimpleUploadedFile("a.png", _png())})
    assert answer.status_code == 401
    assert not Work.objects.exists()


def test_it_keeps_a_reading_token_from_writing(client: Client, verified_user: User) -> None:
    reader = Service(client, _token(client, verified_user, scope="works:read"))
    assert reader.submit().status_code in {401, 403}
    assert not Work.objects.exists()


def test_it_hides_the_works_of_others(service: Service, client: Client, other_user: User) -> None:
    _verify(other_user)
    work = service.submit().json()
    execution.run(work["payload"])
    stranger = Service(client, _token(client, other_user))
    for address in (f"/api/v1/works/{work['id']}", f"/api/v1/works/{work['id']}/download"):
        assert stranger.get(address).status_code == 404


def test_it_refuses_an_owner_whose_name_is_not_verified_any_more(
    service: Service, verified_user: User
) -> None:
    end(by=None, claim=verified_user.identity_claims.get(), reason="has to be checked again")
    answer = service.submit()
    assert (answer.status_code, answer.json()["code"]) == (403, "identity_required")
    assert not Work.objects.exists()


def _verify(user: User) -> None:
    vouch(by=None, user=user, document_type=DocumentType.PASSPORT, name="Ben", number="E12345678")
    accept_on_behalf(by=None, user=user)


def test_it_hands_out_nothing_before_the_release(service: Service, client: Client) -> None:
    work = service.submit().json()
    assert service.get(f"/api/v1/works/{work['id']}/download").status_code == 404
    assert client.get(f"/api/v1/certificates/{work['id']}").status_code == 404


def _with_faces() -> bytes:
    file = BytesIO()
    Image.fromarray(scene((40, 90), (380, 90))).save(file, "PNG", compress_level=1)
    return file.getvalue()


def _say(service: Service, work: str, *answers: tuple[int, str], **headers: str):  # type: ignore[no-untyped-def]
    said = {"answers": [{"face": face, "answer": answer} for face, answer in answers]}
    return service.client.post(
        f"/api/v1/works/{work}/faces",
        said,
        content_type="application/json",
        headers={**service.headers, **headers},
    )


def test_it_asks_whose_the_faces_are_and_takes_the_answers(service: Service) -> None:
    work = service.submit(_with_faces()).json()
    assert work["faces"] == []
    execution.run(work["payload"])
    work = service.get(f"/api/v1/works/{work['id']}").json()
    assert work["state"] == "awaiting_answers"
    assert [(each["face"], each["frame"], each["answer"]) for each in work["faces"]] == [
        (1, 0, None),
        (2, 0, None),
    ]
    x, _y, width, _height = work["faces"][0]["box"]
    assert x < 140 < x + width
    assert work["links"]["faces"].endswith(f"/api/v1/works/{work['id']}/faces")

    half = _say(service, work["id"], (1, "synthetic"))
    assert (half.status_code, half.json()["state"]) == (200, "awaiting_answers")
    key = {"Idempotency-Key": "once"}
    whole = _say(service, work["id"], (1, "synthetic"), (2, "real_person"), **key)
    assert whole.json()["state"] == "awaiting_consent"
    assert [each["answer"] for each in whole.json()["faces"]] == ["synthetic", "real_person"]
    again = _say(service, work["id"], (1, "synthetic"), (2, "real_person"), **key)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "faces" not in whole.json()["links"]


@pytest.mark.parametrize(
    ("answers", "status", "code"),
    [
        ([], 422, "invalid_request"),
        ([(1, "my aunt")], 422, "invalid_request"),
        ([(7, "synthetic")], 422, "face_unknown"),
    ],
)
def test_it_refuses_answers_that_make_no_sense(
    service: Service, answers: list[tuple[int, str]], status: int, code: str
) -> None:
    work = service.submit().json()
    answer = _say(service, work["id"], *answers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_it_takes_an_answer_about_every_face_beforehand(service: Service) -> None:
    work = service.submit(_with_faces(), faces_declared_synthetic="true").json()
    execution.run(work["payload"])
    work = service.get(f"/api/v1/works/{work['id']}").json()
    assert work["state"] == "released"
    assert [each["answer"] for each in work["faces"]] == ["synthetic", "synthetic"]
    contradicting = service.submit(_with_faces(), faces_declared_synthetic="true", depicts="face")
    assert (contradicting.status_code, contradicting.json()["code"]) == (422, "faces_contradict")


def test_a_token_that_only_reads_says_nothing_of_faces(client: Client, verified_user: User) -> None:
    work = Service(client, _token(client, verified_user)).submit().json()
    reader = Service(client, _token(client, verified_user, scope="works:read"))
    assert _say(reader, work["id"], (1, "synthetic")).status_code == 403


def test_it_says_that_a_form_is_not_json(service: Service) -> None:
    """Django reads a form before the operation asks for its bytes, which then are gone."""
    work = service.submit().json()["id"]
    answer = service.client.post(f"/api/v1/works/{work}/faces", {"answers": "1"}, headers=service.headers)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
