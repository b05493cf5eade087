"""The public pages of complaints …"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings as site_settings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.users.models import User
from marking.desk import sweeping
from marking.desk.cases.codes import new_token
from marking.desk.cases.contents import contact_of, description_of
from marking.desk.cases.models import Case, ReportOpinion
from marking.desk.complainants import views
from marking.desk.decisions import services
from marking.works.models import Work
from tests.marking.desk.complaints import ADDRESS, NOW, TEXT, fields

pytestmark = pytest.mark.django_db
ANSWER = "We found that you did not agree, and the work is blocked."
CODES = re.compile(r'<dd class="code">([0-9A-Z]{10})</dd>')


def file(browser: Client, **changed: str) -> tuple[Case, str]:
    """File a case; answer it and its code as the page shows them."""
    response = browser.post("/complaints/new", fields(**changed))
    assert response.status_code == 200, response.content.decode()
    number, code = CODES.findall(response.content.decode())
    return next(case for case in Case.objects.all() if case.code == number), code


def look_up(browser: Client, number: str, code: str, **more: str) -> HttpResponse:
    return browser.post(f"/complaints/{number}", {"number": number, "code": code, **more})  # type: ignore[return-value]


def text(response: HttpResponse) -> str:
    return response.content.decode()


# --- how complaints are answered ----------------------------------------------------------------------------------


def test_they_publish_the_times_that_the_settings_say(stranger: Client) -> None:
    page = text(stranger.get("/complaints/"))
    for time in ("48 hours", "3 days", "15 days", "30 days"):
        assert f'<td class="whole">{time}</td>' in page
    assert site_settings.ENVIRONMENT["YINJI_PROVIDER_NAME"] in page


def test_every_page_leads_to_them(stranger: Client) -> None:
    assert 'href="/complaints/"' in text(stranger.get("/"))


# --- filing -------------------------------------------------------------------------------------------------------


def test_they_take_a_complaint_from_anybody_without_a_cookie(stranger: Client, work: Work) -> None:
    case, code = file(stranger, work=work.code.lower(), contact=ADDRESS)
    assert stranger.cookies == {}
    assert (case.kind, case.work, description_of(case), contact_of(case)) == (
        "no_consent",
        work,
        TEXT,
        ADDRESS,
    )
    assert len(code) == 10


def test_a_form_sent_twice_shows_the_same_number_and_code(stranger: Client) -> None:
    said = fields()
    pages = [text(stranger.post("/complaints/new", said)) for _ in range(2)]
    assert CODES.findall(pages[0]) == CODES.findall(pages[1]) != []
    assert Case.objects.count() == 1


def test_nothing_on_the_pages_with_a_code_leads_away_in_another_language(stranger: Client) -> None:
    said = fields()
    filed = text(stranger.post("/complaints/new", said))
    number, code = CODES.findall(filed)
    for page in (filed, text(look_up(stranger, number, code))):
        assert 'action="/language"' not in page


def test_an_address_of_a_domain_in_any_script_is_taken(stranger: Client) -> None:
    assert contact_of(file(stranger, contact="a@bücher.example")[0]) == "a@bücher.example"


def test_a_form_used_again_for_something_else_comes_back_as_a_new_form(stranger: Client) -> None:
    said = fields()
    stranger.post("/complaints/new", said)
    response = stranger.post("/complaints/new", said | {"description": "Something else is wrong."})
    assert response.status_code == 409
    assert "Something else is wrong." in text(response)
    assert CODES.findall(text(response)) == []
    assert response.context["form"]["token"].value() != said["token"]


def test_the_code_is_never_stored_by_the_browser(stranger: Client) -> None:
    for response in (stranger.get("/complaints/new"), stranger.post("/complaints/new", fields())):
        assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://elsewhere.example"}, {"Origin": "null"},
])  # fmt: skip
@pytest.mark.parametrize("address", ["/complaints/new", "/complaints/feedback", "/complaints/0123456789"])
def test_they_take_nothing_that_another_sites_page_sends(
    stranger: Client, headers: dict[str, str], address: str
) -> None:
    said = fields() | {
        "verdict": "confirmed",
        "is_right": "yes",
        "number": "0123456789",
        "code": "0123456789",
    }
    assert stranger.post(address, said, headers=headers).status_code == 403
    assert Case.objects.count() == ReportOpinion.objects.count() == 0


@pytest.mark.parametrize("headers", [
    {}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://testserver"},
    {"Origin": site_settings.SITE_URL},
])  # fmt: skip
def test_they_take_what_their_own_pages_send(stranger: Client, headers: dict[str, str]) -> None:
    assert stranger.post("/complaints/new", fields(), headers=headers).status_code == 200


def test_an_address_may_file_so_many_in_an_hour_and_no_text_is_lost(stranger: Client) -> None:
    for _ in range(views.FILED_PER_HOUR):
        assert stranger.post("/complaints/new", fields()).status_code == 200
    response = stranger.post("/complaints/new", fields())
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= views.HOUR
    assert TEXT in text(response)
    assert "Try again in" in text(response)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"kind": ""}, "This field is required"),
        ({"kind": "appeal"}, "Select a valid choice"),
        ({"description": "too short"}, "at least 10 characters (it has 9)"),
        ({"description": "x" * 4001}, "at most 4000 characters"),
        ({"description": "\u200b" * 12}, "This field is required"),
        ({"description": "  a\u2060b\u202ec" + "\u200b" * 12}, "at least 10 characters (it has 3)"),
        ({"description": "nothing\x00 but nulls"}, "Null characters"),
        ({"work": "0123456789"}, "released no work of this number"),
        ({"work": "no number"}, "released no work of this number"),
        ({"contact": "nobody"}, "Enter a valid email address"),
        ({"contact": "a@example.org\nBcc: b@example.org"}, "Enter a valid email address"),
        ({"contact": f"a@{'ü' * 60}.com"}, "Enter a valid email address"),
        ({"contact": f"a@{'ü.' * 60}com"}, "Enter a valid email address"),
        ({"token": "0" * 31}, "did not arrive whole"),
        ({"token": ""}, "did not arrive whole"),
    ],
)
def test_they_say_what_is_missing(stranger: Client, changed: dict[str, str], complaint: str) -> None:
    response = stranger.post("/complaints/new", fields(**changed))
    assert response.status_code == 400
    assert complaint in text(response)
    assert Case.objects.count() == 0


def test_lines_are_counted_as_browsers_count_them(stranger: Client) -> None:
    lines = "\r\n".join(["1234567"] * 500)
    case, _ = file(stranger, description=lines)
    assert description_of(case) == lines.replace("\r\n", "\n")


def test_nothing_in_a_text_turns_it_around(stranger: Client) -> None:
    case, _ = file(stranger, description="It is\u202e gnorw, \u2067and\x1b[2J it\u200b was\tmarked\nhere.")
    assert description_of(case) == "It is gnorw, and[2J it was\tmarked\nhere."


def test_a_link_fills_in_work_and_kind(stranger: Client, work: Work) -> None:
    form = stranger.get(f"/complaints/new?work={work.code}&about=label").context["form"]
    assert (form["work"].value(), form["kind"].value()) == (work.code, "label")
    response = stranger.get(f"/complaints/new?work={'9' * 500}&about=nonsense&sha256={'ab' * 32}")
    assert response.context["form"]["work"].value() == "9" * 40
    assert "include_file" not in response.context["form"].fields


def test_the_certificate_leads_to_the_form(stranger: Client, work: Work) -> None:
    assert f'href="/complaints/new?work={work.code}"' in text(stranger.get(f"/w/{work.code}"))


# --- from a report ------------------------------------------------------------------------------------------------

REPORTED = {"verdict": "confirmed", "sha256": "ab" * 32}


def test_the_fingerprint_of_a_file_is_kept_only_where_the_box_is_ticked(stranger: Client) -> None:
    begun = stranger.post("/complaints/new", {"begin": "1", "sha256": "ab" * 32, "work": "8Z0K3W5V7N"})
    assert begun.context["form"]["sha256"].value() == "ab" * 32
    assert begun.context["form"]["work"].value() == "8Z0K3W5V7N"
    assert "checked" not in str(begun.context["form"]["include_file"])
    assert file(stranger, sha256="ab" * 32)[0].file_sha256 == ""
    assert file(stranger, sha256="ab" * 32, include_file="on")[0].file_sha256 == "ab" * 32
    assert file(stranger, sha256="no hash", include_file="on")[0].file_sha256 == ""


def test_a_right_answer_is_counted_and_nothing_else_is_kept(stranger: Client) -> None:
    response = stranger.post("/complaints/feedback", REPORTED | {"is_right": "yes"})
    assert "Your feedback is counted" in text(response)
    assert Case.objects.count() == 0
    assert [(each.is_right, each.count) for each in ReportOpinion.objects.all()] == [(True, 1)]
    assert stranger.cookies == {}


def test_a_wrong_answer_is_counted_and_leads_to_a_case(stranger: Client) -> None:
    response = stranger.post("/complaints/feedback", REPORTED | {"is_right": "no"})
    form = response.context["form"]
    assert form["kind"].value() == "tool_feedback"
    assert ReportOpinion.objects.get().is_right is False
    case, _ = file(stranger, kind="tool_feedback", token=form["token"].value())
    assert (case.kind, case.due_at - case.created_at) == ("tool_feedback", timedelta(days=30))


def test_feedback_that_says_nothing_leads_to_the_form(stranger: Client) -> None:
    for response in (
        stranger.post("/complaints/feedback", {"is_right": "perhaps"}),
        stranger.get("/complaints/feedback"),
    ):
        assert (response.status_code, response["Location"]) == (302, "/complaints/new")


def test_opinions_of_one_address_are_limited(stranger: Client) -> None:
    for _ in range(views.OPINIONS_PER_HOUR):
        stranger.post("/complaints/feedback", REPORTED | {"is_right": "yes"})
    response = stranger.post("/complaints/feedback", REPORTED | {"is_right": "yes"})
    assert response.status_code == 429
    assert "Not counted" in text(response)
    assert ReportOpinion.objects.get().count == views.OPINIONS_PER_HOUR


# --- following a case ---------------------------------------------------------------------------------------------


def test_number_and_code_show_the_case_and_nothing_of_anybody(stranger: Client, work: Work) -> None:
    case, code = file(stranger, work=work.code, contact=ADDRESS)
    for number in (case.code, case.code.lower()):
        page = text(look_up(stranger, number, code))
        assert f"Case {case.code}" in page
        assert "In review" not in page
        for secret in (TEXT, ADDRESS, work.code, work.owner.producer_id, code + "</dd>"):
            assert secret not in page
    assert stranger.cookies == {}


def test_a_wrong_code_and_an_unknown_number_get_the_same_answer(stranger: Client) -> None:
    case, _ = file(stranger)
    wrong = look_up(stranger, case.code, "8Z0K3W5V7N")
    unknown = look_up(stranger, "7Z0K3W5V7N", "8Z0K3W5V7N")
    assert wrong.status_code == unknown.status_code == 404
    assert text(wrong).replace(case.code, "7Z0K3W5V7N") == text(unknown)
    shown = [text(stranger.get(f"/complaints/{number}")) for number in (case.code, "7Z0K3W5V7N")]
    assert shown[0].replace(case.code, "7Z0K3W5V7N") == shown[1]


def test_codes_cannot_be_tried_without_end(stranger: Client) -> None:
    case, code = file(stranger)
    for _ in range(views.LOOKED_UP_PER_HOUR):
        look_up(stranger, case.code, new_token()[:10])
    assert look_up(stranger, case.code, code).status_code == 429


def test_half_of_the_two_is_not_enough(stranger: Client) -> None:
    assert look_up(stranger, "8Z0K3W5V7N", "").status_code == 400


def test_the_answer_is_shown_as_plain_text(stranger: Client, officer: User) -> None:
    case, code = file(stranger)
    services.take(by=officer, case=case)
    services.answer(by=officer, case=case, text=f"<b>{ANSWER}</b>\n\nAnd more.")
    page = text(look_up(stranger, case.code, code))
    assert f"&lt;b&gt;{ANSWER}&lt;/b&gt;" in page
    assert officer.producer_id not in page
    services.close(by=officer, case=case)
    assert ANSWER in text(look_up(stranger, case.code, code))


def test_a_case_that_was_turned_down_says_why(stranger: Client, officer: User) -> None:
    case, code = file(stranger)
    services.take(by=officer, case=case)
    services.reject(by=officer, case=case, reason="The picture shows a drawing.")
    page = text(look_up(stranger, case.code, code))
    assert "Why the case was turned down" in page
    assert "The picture shows a drawing." in page


def test_a_look_at_the_address_is_not_told_to_strangers(stranger: Client, officer: User) -> None:
    case, code = file(stranger, contact=ADDRESS)
    services.take(by=officer, case=case)
    services.reveal_contact(by=officer, case=case)
    assert "The address was opened" not in text(look_up(stranger, case.code, code))


def test_a_late_case_admits_it(stranger: Client) -> None:
    case, code = file(stranger)
    sweeping.mark_overdue(now=case.due_at + timedelta(seconds=1))
    page = text(look_up(stranger, case.code, code))
    assert "We have not kept our time" in page
    assert "The published time passed without an answer" in page


def test_a_case_whose_clock_has_not_begun_is_not_late(stranger: Client, desk: Client) -> None:
    case, code = file(stranger, kind="intimate_image")
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() - timedelta(days=1))
    assert sweeping.mark_overdue(now=timezone.now()) == 0
    Case.objects.filter(pk=case.pk).update(overdue_at=timezone.now())  # as it was noted before
    assert "We have not kept our time" not in text(look_up(stranger, case.code, code))
    assert "Overdue" not in text(desk.get(f"/desk/cases/{case.code}"))


def test_an_address_is_erased_where_its_owner_says_so(stranger: Client) -> None:
    case, code = file(stranger, contact=ADDRESS)
    assert "Erase my address" in text(look_up(stranger, case.code, code))
    assert "Erase my address" not in text(look_up(stranger, case.code, code, forget="1"))
    case.refresh_from_db()
    assert case.contact is None


def test_nobody_else_erases_it(stranger: Client) -> None:
    case, _ = file(stranger, contact=ADDRESS)
    assert look_up(stranger, case.code, "8Z0K3W5V7N", forget="1").status_code == 404
    case.refresh_from_db()
    assert contact_of(case) == ADDRESS


def test_number_and_code_are_taken_as_people_write_them(stranger: Client, work: Work) -> None:
    written = f" {work.code[:4]}\u2013{work.code[4:]}"
    case, code = file(stranger, work=written)
    assert case.work == work
    for grouped in (
        lambda ten: f"{ten[:4]} {ten[4:7]}  {ten[7:]}".lower(),
        lambda ten: f"{ten[:5]}-{ten[5:]}",
        lambda ten: "".join(chr(ord(c) + 0xFEE0) for c in ten),  # full width
        lambda ten: ten.replace("0", "o").replace("1", "l"),
    ):
        found = stranger.post("/complaints/status", {"number": grouped(case.code), "code": grouped(code)})
        assert found.status_code == 200
        assert f"Case {case.code}" in text(found)  # type: ignore[arg-type]


def test_the_form_without_a_number_works_as_well(stranger: Client) -> None:
    case, code = file(stranger)
    assert stranger.get("/complaints/status").status_code == 200
    assert "How far it is" in text(stranger.post("/complaints/status", {"number": case.code, "code": code}))  # type: ignore[arg-type]
    assert case.created_at > NOW
