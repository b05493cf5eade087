"""The pages of receipts, the check for anybody, and the same for programs."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import LimitedStream
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.access import limits
from accounts.refusals import Refusal
from accounts.users.models import User
from consent.receipts import intake, jws, pdf
from consent.receipts.keys import signing_keys
from consent.receipts.models import Receipt
from consent.receipts.services import receipts_of
from consent.receipts.verify_offline import check, read_keys
from consent.withdrawal.services import withdraw
from tests.consent.people import NUMBERS, account, granted
from tests.consent.receipts.examples import KEY, OTHER_KEY, signed

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def receipt(person: User) -> Receipt:
    """The person's, of a consent in force."""
    return receipts_of(granted(person, account("creator@example.com", "Ada Lovelace", NUMBERS[1])))[0]


@pytest.fixture
def browser(person: User) -> Client:
    browser = Client(headers=ENGLISH)
    browser.force_login(person)
    return browser


def sent(data: bytes, name: str = "receipt.json", address: str = "/receipts/check") -> tuple[int, str]:
    """The status and the page that anybody gets who sends a file."""
    response = Client(headers=ENGLISH).post(address, {"file": SimpleUploadedFile(name, data)})
    assert response.cookies == {}
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    return response.status_code, body.decode()


def test_one_reads_ones_own(browser: Client, receipt: Receipt) -> None:
    page = browser.get(f"/receipts/{receipt.pk}").content.decode()
    for words in (
        "I agree.",
        "The consent is in force now.",
        "face swap",
        receipt.sha256,
        "not verified by a third party",
    ):
        assert words.replace("'", "&#x27;") in page
    assert "Lin Mei" not in page


def test_one_is_told_of_a_newer_one_and_of_an_altered_one(
    browser: Client, person: User, receipt: Receipt
) -> None:
    withdraw(by=person, grant=receipt.grant)
    page = browser.get(f"/receipts/{receipt.pk}").content.decode()
    assert "there is a newer one" in page
    assert "The consent ended on" in page
    altered = replace(KEY, secret=b"x" * 32)
    Receipt.objects.filter(pk=receipt.pk).update(jws=jws.sign(receipt.document, altered))
    assert "no record that it issued" in browser.get(f"/receipts/{receipt.pk}").content.decode()


def test_what_is_downloaded_can_be_checked_with_what_is_published(browser: Client, receipt: Receipt) -> None:
    published = read_keys(Client().get("/receipts/keys").content)
    for ending, media_type in ((".json", "application/json"), (".pdf", "application/pdf")):
        response = browser.get(f"/receipts/{receipt.pk}{ending}")
        assert response["Content-Type"] == media_type
        assert f'filename="receipt-{receipt.pk}{ending}"' in response["Content-Disposition"]
        outcome = check(response.content, published)
        assert (outcome.code, outcome.sha256) == ("valid", receipt.sha256)


def test_one_is_told_that_the_log_was_rewritten(browser: Client, receipt: Receipt) -> None:
    document = receipt.document | {"log": receipt.document["log"] | {"chain_sha256": "0" * 64}}
    changed = jws.sign(document, signing_keys()[0])
    Receipt.objects.filter(pk=receipt.pk).update(jws=changed, sha256=jws.digest(document))
    for page in (browser.get(f"/receipts/{receipt.pk}").content.decode(), sent(changed.encode())[1]):
        assert "it was rewritten since" in page


def test_the_keys_and_the_program_are_for_anybody(settings: Settings) -> None:
    settings.KEYS = replace(settings.KEYS, receipt_signing_keys=[OTHER_KEY.write(), KEY.write()])
    response = Client().get("/receipts/keys")
    assert response["Content-Type"] == "application/jwk-set+json"
    assert [each["kid"] for each in response.json()["keys"]] == [OTHER_KEY.kid, KEY.kid]
    page = Client().get("/keys").content.decode()
    assert KEY.kid in page
    assert KEY.secret.hex() not in page + response.content.decode()
    assert b"def is_signed" in Client().get("/receipts/verify.py").content


def test_receipts_under_an_older_key_stay_ours(settings: Settings, receipt: Receipt) -> None:
    old = settings.KEYS.receipt_signing_keys
    settings.KEYS = replace(settings.KEYS, receipt_signing_keys=[OTHER_KEY.write().partition(" ")[0], *old])
    assert "This site issued this receipt" in sent(receipt.jws.encode())[1]
    settings.KEYS = replace(settings.KEYS, receipt_signing_keys=[OTHER_KEY.write()])
    assert "not signed with a key of this site" in sent(receipt.jws.encode())[1]


def test_anybody_checks_every_form_of_it(receipt: Receipt) -> None:
    for data in (jws.file_of(receipt.jws), receipt.jws.encode(), pdf.render(receipt)):
        status, page = sent(data)
        assert status == 200
        assert "This site issued this receipt, and nothing in it was changed since." in page
        assert "The consent is in force now." in page


def test_it_says_when_the_consent_ended(person: User, receipt: Receipt) -> None:
    withdraw(by=person, grant=receipt.grant)
    page = sent(receipt.jws.encode())[1]
    assert "The consent ended on" in page
    assert "there is a newer one" in page


def test_a_forged_one_is_shown_to_nobody() -> None:
    page = sent(signed().encode())[1]
    assert "not signed with a key of this site" in page
    assert "CREAT0R00000" not in page


@pytest.mark.parametrize(
    ("data", "status"), [(b"", 422), (b"garbage", 422), (b"{}", 422), (b"%PDF-1.7", 422), (b"\xff" * 99, 422)]
)
def test_other_files_are_refused_in_words(data: bytes, status: int) -> None:
    assert sent(data)[0] == status


def test_a_form_without_a_file_and_a_broken_one_are_refused() -> None:
    assert Client().post("/receipts/check", {"file": "text"}).status_code == 400
    broken = Client().post("/receipts/check", b"--x\r\n", content_type="multipart/form-data")
    assert broken.status_code == 400


def test_a_sender_who_hangs_up_is_told_so() -> None:
    class Gone(BytesIO):
        def read(self, *arguments: object) -> bytes:
            raise OSError("the line is gone")

    request = RequestFactory().post("/", b"x", content_type="application/jose")
    request._stream = LimitedStream(Gone(), 1)
    with pytest.raises(Refusal, match="could not be read"):
        intake.checked(request, now=time.time())


def test_it_is_refused_where_it_is_too_large() -> None:
    assert sent(b"x" * (intake.LARGEST_BODY + 1))[0] == 413


def test_the_code_on_paper_leads_to_it(receipt: Receipt) -> None:
    anybody = Client(headers=ENGLISH)
    response = anybody.get(f"/receipts/check?sha256={receipt.sha256}")
    assert "The consent is in force now." in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    for unknown in ("0" * 64, "x", receipt.sha256.upper()):
        assert anybody.get(f"/receipts/check?sha256={unknown}").status_code == 404


def test_one_address_asks_only_so_often() -> None:
    asked, now = RequestFactory().get("/"), time.time()
    most, seconds = intake.CHECKED_PER_HOUR, intake.HOUR
    for hour in (now, now + seconds):  # the test may run over the end of one
        for _ in range(most):
            limits.count(asked, purpose="receipts", most=most, seconds=seconds, now=hour)
    response = Client(headers=ENGLISH).post("/receipts/check", {"file": SimpleUploadedFile("a", b"garbage")})
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert Client().post("/api/v1/receipts/check", b"x", content_type="application/jose").status_code == 429


def test_who_drops_it_on_the_front_page_is_led_there(receipt: Receipt) -> None:
    for name, data in (
        ("a.json", jws.file_of(receipt.jws)),
        ("a.pdf", pdf.render(receipt)),
        ("a", receipt.jws.encode()),
    ):
        status, page = sent(data, name, address="/")
        assert status == 200
        assert "This site issued this receipt" in page
    altered = jws.file_of(receipt.jws).replace(b"face_swap", b"lip_sync_", 1)
    assert "it was changed" in sent(altered, address="/")[1]
    assert sent(b'{"jws": 1, "x": "yinji-receipt-1"}', address="/")[0] == 422


def test_other_files_on_the_front_page_are_examined_as_ever() -> None:
    for data in (b"{}", b"%PDF-1.7", b"x" * (intake.LARGEST + 1)):
        status, page = sent(data, address="/")
        assert "Drop a receipt here" not in page
        assert status in {200, 400, 415}


def test_programs_get_the_same(person: User, receipt: Receipt) -> None:
    files = {"application/json": jws.file_of(receipt.jws), "application/pdf": pdf.render(receipt)}
    for media_type, data in files.items():
        answer = Client(headers=ENGLISH).post("/api/v1/receipts/check", data, content_type=media_type).json()
        assert (answer["is_valid"], answer["standing"], answer["missing_fields"]) == (True, "in_force", [])
        assert answer["receipt"] == json.loads(files["application/json"])["document"]
    form = {"file": SimpleUploadedFile("receipt", signed().encode())}
    answer = Client(headers=ENGLISH).post("/api/v1/receipts/check", form).json()
    assert (answer["is_valid"], answer["code"], answer["receipt"]) == (False, "unknown_key", None)
    refused = Client().post("/api/v1/receipts/check", b"garbage", content_type="application/jose")
    assert (refused.status_code, refused.json()["code"]) == (422, "no_receipt")
