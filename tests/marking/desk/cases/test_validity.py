"""A notice that lacks something …"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from marking.desk import sweeping
from marking.desk.cases.contents import location_of, signature_of
from marking.desk.cases.kinds import Kind
from marking.desk.cases.locations import work_at
from marking.desk.cases.models import Case
from marking.desk.cases.profiles import Part
from marking.desk.cases.validity import Addition, complete, missing_of
from marking.desk.decisions import services
from marking.desk.filing.services import file_case
from marking.works.models import Work
from tests.consent.depicting import work_of
from tests.marking.desk.complaints import NOW, complaint, fields, filed

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=30)


@pytest.fixture
def incomplete(db: None) -> Case:
    """A notice of an intimate image without anything that the law asks for."""
    return filed(kind=Kind.INTIMATE_IMAGE, contact="")


def test_it_says_what_it_lacks(incomplete: Case) -> None:
    assert missing_of(incomplete) == tuple(Part)
    assert incomplete.valid_at is None
    assert missing_of(filed(kind=Kind.LABEL, contact="")) == ()
    assert missing_of(filed(kind=Kind.DATA_RIGHTS, contact="")) == (Part.CONTACT,)


def test_its_clock_starts_with_the_last_part_and_both_times_are_kept(incomplete: Case, work: Work) -> None:
    complete(case=incomplete, addition=Addition(signature="Lin", location="https://example.org/p"), now=LATER)
    assert missing_of(incomplete) == (Part.CONTACT, Part.GOOD_FAITH)
    whole = Addition(contact="lin@example.org", is_in_good_faith=True, work=work, signature="Somebody else")
    complete(case=incomplete, addition=whole, now=LATER)
    assert missing_of(incomplete) == ()
    assert (incomplete.created_at, incomplete.valid_at, incomplete.work) == (NOW, LATER, work)
    assert incomplete.due_at == LATER + timedelta(hours=48)
    assert (signature_of(incomplete), location_of(incomplete)) == ("Lin", "https://example.org/p")
    body: Any = body_of(Record.objects.get(kind="case.valid"))
    assert (body["received_at"], body["valid_at"]) == (NOW.isoformat(), LATER.isoformat())
    assert "Lin" not in str(body)


def test_a_clock_that_has_not_started_does_not_warn_and_starts_anew(incomplete: Case, work: Work) -> None:
    sweeping.sweep(now=NOW + timedelta(hours=49))
    incomplete.refresh_from_db()
    assert incomplete.overdue_at is None
    assert not incomplete.events.filter(event="overdue").exists()
    assert (incomplete.warned, incomplete.warn_at) == (0, None)
    whole = Addition("Lin", "", "lin@example.org", is_in_good_faith=True, work=work)
    complete(case=incomplete, addition=whole, now=NOW + timedelta(hours=50))
    assert incomplete.overdue_at is None
    assert incomplete.warn_at == NOW + timedelta(hours=74)
    sweeping.mark_overdue(now=NOW + timedelta(hours=50 + 49))
    incomplete.refresh_from_db()
    assert incomplete.overdue_at is not None


def test_it_takes_nothing_once_it_is_whole_or_decided(incomplete: Case, work: Work, officer: User) -> None:
    whole = Addition("Lin", "", "lin@example.org", is_in_good_faith=True, work=work)
    complete(case=incomplete, addition=whole, now=LATER)
    complete(case=incomplete, addition=Addition(location="elsewhere"), now=LATER)
    assert location_of(incomplete) == ""
    services.take(by=officer, case=incomplete, now=LATER)
    services.answer(by=officer, case=incomplete, text="It is not given out any more.", now=LATER)
    with pytest.raises(Refusal) as refused:
        complete(case=incomplete, addition=whole, now=LATER)
    assert refused.value.code == "wrong_state"


def test_a_stranger_files_reads_what_lacks_and_completes_it_without_an_account(
    stranger: Client, work: Work
) -> None:
    page = stranger.post(
        reverse("complaints:new"), fields(kind="intimate_image", work=work.code)
    ).content.decode()
    for words in ("Still missing", "your signature", "in good faith", "e-mail address under which"):
        assert words in page
    case = Case.objects.get()
    token_case, code = file_case(complaint(kind=Kind.INTIMATE_IMAGE, contact="", work=work), now=NOW)
    look = {"number": token_case.code, "code": code}
    url = reverse("complaints:look-up")
    assert "Complete your notice" in stranger.post(url, look).content.decode()
    wrong = stranger.post(url, {**look, "complete": "1", "contact": "nonsense"}).content.decode()
    assert "Enter a valid email address" in wrong
    said = {"complete": "1", "contact": "lin@example.org", "good_faith": "on", "signature": "林"}
    done = stranger.post(url, look | said).content.decode()
    assert "Complete your notice" not in done
    assert "The notice is complete" in done
    token_case.refresh_from_db()
    assert token_case.valid_at is not None
    assert signature_of(token_case) == "林"
    assert not stranger.cookies
    assert case.valid_at is None


def test_a_whole_notice_is_whole_at_once(stranger: Client, work: Work) -> None:
    said = fields(
        kind="intimate_image", work=work.code, contact="lin@example.org", good_faith="on", signature="Lin Mei",
    )  # fmt: skip
    assert "Still missing" not in stranger.post(reverse("complaints:new"), said).content.decode()
    case = Case.objects.get()
    assert case.valid_at == case.created_at
    assert Record.objects.filter(kind="case.valid").count() == 1


def test_completing_one_that_was_decided_meanwhile_says_so(stranger: Client, officer: User) -> None:
    case, code = file_case(complaint(kind=Kind.INTIMATE_IMAGE, contact=""), now=NOW)
    services.take(by=officer, case=case)
    services.answer(by=officer, case=case, text="There is nothing of it here.")
    said = {"number": case.code, "code": code, "complete": "1", "signature": "Lin"}
    page = stranger.post(reverse("complaints:look-up"), said)
    assert page.status_code == 200
    case.refresh_from_db()
    assert signature_of(case) == ""


@pytest.mark.parametrize(
    "place", ["{site}/w/{code}", "see {site}/v/{lower}?x=1", "{host}/w/{code}.", "{grouped}"]
)
def test_an_address_on_this_site_names_the_work(work: Work, incomplete: Case, place: str) -> None:
    code, host = work.code, urlsplit(settings.SITE_URL).netloc
    said = place.format(
        site=settings.SITE_URL, host=host, code=code, lower=code.lower(), grouped=f"{code[:5]} - {code[5:]}"
    )
    assert filed(kind=Kind.INTIMATE_IMAGE, location=said).work == work
    complete(case=incomplete, addition=Addition(location=said), now=LATER)
    assert (incomplete.work, location_of(incomplete)) == (work, said)


def test_other_places_name_no_work(work: Work, verified_user: User) -> None:
    other = work_of(verified_user, "released", source_sha256="7" * 64, marked_sha256="7" * 64)
    address = f"{settings.SITE_URL}/w/"
    for place in (
        f"https://example.org/w/{work.code}",
        f"{address}{work.code}0",
        f"{address}ZZZZZZZZZZ",
        f"{address}{work.code} {address}{other.code}",
        "",
    ):
        assert work_at(place) is None
    assert work_at(f"{address}{work.code} and once more {address}{work.code}") == work


def test_what_adds_nothing_writes_nothing(incomplete: Case) -> None:
    for _ in range(2):
        complete(case=incomplete, addition=Addition(signature="Lin"), now=LATER)
        complete(case=incomplete, addition=Addition(), now=LATER)
    assert [each.event for each in incomplete.events.all()] == ["received", "completed"]
    assert Record.objects.filter(kind="case.completed").count() == 1


def test_its_page_names_no_due_date_before_its_clock_starts_and_calls_nothing_missing_optional() -> None:
    case, code = file_case(complaint(kind=Kind.INTIMATE_IMAGE, contact=""), now=NOW)
    look_up, opened = reverse("complaints:look-up"), {"number": case.code, "code": code}
    page = Client().post(look_up, opened).content.decode()
    assert "Complete your notice" in page
    assert "Answered at the latest" not in page
    assert "(optional)" not in page
    whole = Addition("Lin", "https://example.org/p", "lin@example.org", is_in_good_faith=True)
    complete(case=case, addition=whole, now=LATER)
    assert "Answered at the latest" in Client().post(look_up, opened).content.decode()


def test_its_receipt_names_no_due_date_before_its_clock_starts() -> None:
    new = reverse("complaints:new")
    assert "Answered at the latest" not in Client().post(new, fields(kind="intimate_image")).content.decode()
    assert "Answered at the latest" in Client().post(new, fields(kind="label")).content.decode()
