"""The pages of the desk: who may enter, and what each shows."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.elevation import services, subjects
from accounts.elevation.contents import content_of
from accounts.elevation.models import ApprovalQuestion, ConcernedPerson, Elevation, Viewing
from accounts.elevation.states import ElevationState
from accounts.users.models import User
from tests.accounts.elevation.conftest import NAME, NUMBER
from tests.accounts.elevation.officers import DOCUMENT, REASON, Approver, officer, wish
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def address(elevation: Elevation, *more: str) -> str:
    return "/".join([f"/desk/elevations/{elevation.reference}", *more])


def fields(person: User | None = None, **changes: object) -> dict[str, object]:
    """What somebody writes into the form."""
    said: dict[str, object] = {
        "persons": person.producer_id.lower() if person else "",
        "about": "",
        "fields_asked": ["name"],
        "basis": "court",
        "reason": REASON,
        "document_sha256": DOCUMENT.upper(),
        "minutes": 20,
    }
    return said | changes


# --- asking ------------------------------------------------------------------------------------------------------


def test_the_form_is_prefilled_and_asks(asker: User, person: User) -> None:
    browser = browser_of(asker)
    assert person.producer_id in browser.get(f"/desk/elevations/new?persons={person.producer_id}").text
    answer = browser.post("/desk/elevations/new", fields(person), follow=True)
    asked = content_of(Elevation.objects.get()).asked
    assert answer.redirect_chain[0][0] == address(Elevation.objects.get())
    assert (asked.persons, asked.document_sha256, asked.minutes) == ((person.producer_id,), DOCUMENT, 20)
    assert REASON in answer.text


def test_a_document_is_hashed_and_not_kept(asker: User, person: User) -> None:
    letter = b"%PDF-1.7 the order"
    file = SimpleUploadedFile("order.pdf", letter)
    browser_of(asker).post("/desk/elevations/new", fields(person, document=file, document_sha256=""))
    elevation = Elevation.objects.get()
    assert content_of(elevation).asked.document_sha256 == sha256(letter).hexdigest()
    assert letter not in bytes(elevation.content or b"")


def test_a_document_need_not_be_chosen_twice(asker: User, person: User) -> None:
    letter = b"%PDF-1.7 the order"
    file = SimpleUploadedFile("order.pdf", letter)
    said = fields(person, document=file, document_sha256="", minutes=61)
    assert sha256(letter).hexdigest() in browser_of(asker).post("/desk/elevations/new", said).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"persons": ""}, "Nobody is known behind this"),
        ({"persons": "NOBODY000000"}, "No account has this producer id: NOBODY000000."),
        ({"persons": "A B C D"}, "At most three persons"),
        ({"document_sha256": ""}, "Choose the document, or give its SHA-256."),
        ({"document_sha256": "12"}, "Enter a valid value."),
        ({"document": SimpleUploadedFile("a.pdf", b"another")}, "This is not the SHA-256 of the document."),
        ({"minutes": 61}, "less than or equal to 60"),
        ({"fields_asked": []}, "This field is required."),
        ({"fields_asked": ["birthday"]}, "birthday"),
        ({"reason": "short"}, "at least 20 characters"),
        ({"gag_reason": "They would move the money at once."}, "the day of the review"),
        ({"basis": "whim"}, "whim"),
    ],
)
def test_the_form_says_what_is_wrong(
    asker: User, person: User, changes: dict[str, object], said: str
) -> None:
    answer = browser_of(asker).post("/desk/elevations/new", fields(person, **changes))
    assert answer.status_code in {400, 422}
    assert said in answer.text
    assert not Elevation.objects.exists()


def test_whoever_is_behind_a_work_is_named_by_the_room_that_knows(asker: User, person: User) -> None:
    subjects.register("letter", lambda code: person if code == "A1" else None)
    browser = browser_of(asker)
    assert browser.post("/desk/elevations/new", fields(about="letter:B2")).status_code == 400
    browser.post("/desk/elevations/new", fields(about="letter:A1"))
    assert content_of(Elevation.objects.get()).asked.persons == (person.producer_id,)
    assert "letter" in subjects.kinds()


# --- who enters --------------------------------------------------------------------------------------------------


def test_who_holds_no_role_of_it_sees_nothing(asked: Elevation, person: User) -> None:
    for other in (person, officer("auditor@example.com", "auditor", "case_officer", "identity_reviewer")):
        browser = browser_of(other)
        for path in ("/desk/elevations/", "/desk/elevations/new", address(asked), address(asked, "sign")):
            assert browser.get(path).status_code == 403
        assert browser.post(address(asked, "refuse")).status_code == 403


def test_an_approver_who_may_not_ask_does_not(guard: Approver) -> None:
    browser = browser_of(guard.user)
    assert browser.get("/desk/elevations/new").status_code == 403
    assert "/desk/elevations/new" not in browser.get("/desk/elevations/").text


def test_an_officer_learns_nothing_of_a_request_about_themselves(asker: User, guard: Approver) -> None:
    about = services.ask(by=asker, wish=wish(guard.user))
    browser = browser_of(guard.user)
    assert str(about.reference) not in browser.get("/desk/elevations/").text
    for more in ((), ("sign",), ("refuse",)):
        assert browser.get(address(about, *more)).status_code == 404
        assert browser.post(address(about, *more)).status_code in {404, 405}


def test_addresses_that_change_something_lead_to_the_page(
    asked: Elevation, operator: User, person: User
) -> None:
    browser = browser_of(operator)
    for name in ("sign", "approve", "refuse", "cancel", "close", "tell"):
        answer = browser.get(address(asked, name))
        assert (answer.status_code, answer["Location"]) == (302, address(asked))
    assert browser.get(address(asked, "persons", person.producer_id)).status_code == 302


# --- approving ---------------------------------------------------------------------------------------------------


def shown(answer: HttpResponse, approver: Approver) -> dict[str, str]:
    """What the form of a page to sign holds once a passkey has signed what the page asks for."""
    found = re.search(r'name="nonce" value="([0-9a-f]{64})"', answer.text)
    asked = re.search(r'data-options="([^"]+)"', answer.text)
    assert found is not None
    assert asked is not None
    json.loads(asked[1].replace("&quot;", '"'))
    question = ApprovalQuestion.objects.get(nonce=bytes.fromhex(found[1]))
    return {"nonce": found[1], "assertion": approver.sign(question)}


def test_two_approvers_read_sign_and_open_it(asked: Elevation, colleague: Approver, guard: Approver) -> None:
    for approver in (colleague, guard):
        browser = browser_of(approver.user)
        assert "Read it and approve" in browser.get(address(asked)).text
        page = browser.post(address(asked, "sign"))
        assert "I did not ask, and I am not concerned. I approve." in page.text
        answer = browser.post(address(asked, "approve"), shown(page, approver), follow=True)
        assert "You have approved it." in answer.text
        assert "Read it and approve" not in answer.text
    asked.refresh_from_db()
    assert asked.state == ElevationState.APPROVED


def test_what_is_signed_is_in_the_readers_language(asked: Elevation, guard: Approver) -> None:
    browser = browser_of(guard.user)
    page = browser.post(address(asked, "sign"), headers={"Accept-Language": "zh-hans"})
    assert 'lang="zh-hans"' in page.text
    browser.post(address(asked, "approve"), shown(page, guard))
    asked.refresh_from_db()
    assert asked.first_proof is not None
    assert asked.first_proof["locale"] == "zh-hans"


def test_forms_that_hold_no_signature_approve_nothing(asked: Elevation, guard: Approver) -> None:
    browser = browser_of(guard.user)
    nonce = browser.post(address(asked, "sign")).context["form"].initial["nonce"]
    assert browser.post(address(asked, "approve"), {"nonce": nonce}).status_code == 400
    assert browser.post(address(asked, "approve"), {"nonce": "x", "assertion": "{}"}).status_code == 400
    answer = browser.post(address(asked, "approve"), {"nonce": nonce, "assertion": "{}"})
    assert answer.status_code == 422
    assert "This signature does not fit" in answer.text
    asked.refresh_from_db()
    assert asked.first_approver is None


def test_the_asker_is_offered_no_approval_and_gets_none(asked: Elevation, asker: User) -> None:
    browser = browser_of(asker)
    assert "Read it and approve" not in browser.get(address(asked)).text
    assert browser.post(address(asked, "sign")).status_code == 403
    assert browser.post(address(asked, "refuse")).status_code == 403


def test_who_has_no_passkey_is_led_to_one(asked: Elevation) -> None:
    browser = browser_of(officer("bare@example.com", "privacy_officer"))
    assert "Add a passkey" in browser.get(address(asked)).text
    assert browser.post(address(asked, "sign")).status_code == 403


def test_a_refusal_ends_it(asked: Elevation, guard: Approver, asker: User) -> None:
    answer = browser_of(guard.user).post(address(asked, "refuse"), follow=True)
    assert "You have refused it." in answer.text
    assert guard.user.producer_id in browser_of(asker).get(address(asked)).text
    assert browser_of(asker).post(address(asked, "cancel")).status_code == 409


def test_it_is_taken_back(asked: Elevation, asker: User) -> None:
    assert "Taken back." in browser_of(asker).post(address(asked, "cancel"), follow=True).text


def test_a_failure_is_said(approved: Elevation, asker: User) -> None:
    now = timezone.now()
    with unrecorded():
        Elevation.objects.update(state="failed", failure="opened_before", ended_at=now)
    assert "This request was opened before." in browser_of(asker).get(address(approved)).text


# --- looking -----------------------------------------------------------------------------------------------------


def test_the_asker_looks_under_their_own_number(opened: Elevation, asker: User, person: User) -> None:
    browser = browser_of(asker)
    assert NAME not in browser.get(address(opened)).text
    answer = browser.post(address(opened, "persons", person.producer_id))
    assert NAME in answer.text
    assert NUMBER in answer.text
    assert answer.text.count(asker.producer_id) > 60
    assert f"Shown to {asker.producer_id}" in answer.text
    assert "no-store" in answer["Cache-Control"]
    assert Viewing.objects.count() == 1
    assert (
        timezone.localtime(Viewing.objects.get().at).strftime("%H:%M:%S") in browser.get(address(opened)).text
    )


def test_after_its_time_the_page_says_so(opened: Elevation, asker: User, person: User) -> None:
    now = timezone.now()
    Elevation.objects.update(opened_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1))
    answer = browser_of(asker).post(address(opened, "persons", person.producer_id))
    assert answer.status_code == 410
    assert NAME not in answer.text
    opened.refresh_from_db()
    assert opened.window_key is None


def test_it_is_closed_early(opened: Elevation, asker: User, person: User) -> None:
    browser = browser_of(asker)
    assert "Closed." in browser.post(address(opened, "close"), follow=True).text
    assert browser.post(address(opened, "persons", person.producer_id)).status_code == 410


def test_nobody_who_is_not_in_it_is_shown(opened: Elevation, asker: User, other_user: User) -> None:
    assert browser_of(asker).post(address(opened, "persons", other_user.producer_id)).status_code == 404


def test_a_person_of_whom_nothing_was_held_is_said(opened: Elevation, asker: User) -> None:
    ConcernedPerson.objects.update(sealed=None, is_opened=False)
    assert "Of this person nothing is kept" in browser_of(asker).get(address(opened)).text


def test_a_gag_is_ended_on_the_page(asker: User, person: User, guard: Approver, colleague: Approver) -> None:
    from accounts.elevation.opening import open_approved

    until = timezone.localdate() + timedelta(days=9)
    asked = services.ask(by=asker, wish=wish(person, gag_until=until, gag_reason=REASON))
    colleague.approve(asked)
    guard.approve(asked)
    open_approved(asked.pk)
    browser = browser_of(guard.user)
    assert "Let the persons be told now" in browser.get(address(asked)).text
    assert "They are told as soon as it is closed." in browser.post(address(asked, "tell"), follow=True).text
    assert "Let the persons be told now" not in browser.get(address(asked)).text
    browser_of(asker).post(address(asked, "close"))
    page = browser_of(person).get("/me/accesses/").text
    assert "Why you were not told at once" in page


def test_who_was_never_looked_at_reads_that(person: User) -> None:
    assert "Nobody has opened your sealed identity" in browser_of(person).get(reverse("accesses:list")).text
