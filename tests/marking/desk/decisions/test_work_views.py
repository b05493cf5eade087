"""The desk's pages of decisions …"""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.users.models import User
from marking.desk.cases.kinds import Kind
from marking.desk.cases.models import Case
from marking.desk.decisions import services
from marking.desk.decisions.four_eyes.queries import open_proposal
from marking.desk.measures.models import Measure
from marking.works.models import Work
from tests.consent.depicting import published
from tests.consent.people import NUMBERS, account, granted
from tests.marking.desk.complaints import NOW, filed

from .test_about_works import WHY

pytestmark = pytest.mark.django_db


def post(desk: Client, name: str, case: Case, **fields: Any) -> Any:
    waiting = open_proposal(case)
    if waiting is not None:
        fields = {"proposal": waiting.pk} | fields
    return desk.post(reverse(f"cases:{name}", args=[case.code]), fields, follow=True)


@pytest.fixture
def second(db: None) -> Client:
    """The browser of another member of the desk."""
    found = User.objects.create_user("second@example.com", "correct horse battery")
    found.groups.add(Group.objects.get_or_create(name="case_officer")[0])
    browser = Client()
    browser.force_login(found)
    return browser


@pytest.fixture
def private(work: Work, officer: User) -> Case:
    found = filed(kind=Kind.PRIVACY, work=work)
    services.take(by=officer, case=found)
    return found


def test_turn_the_access_off_and_propose_to_lift_it(
    desk: Client, second: Client, private: Case, work: Work
) -> None:
    page = desk.get(reverse("cases:case", args=[private.code])).content.decode()
    assert "Civil Code of China Art. 1032 and 1034" in page
    done = post(desk, "take-down", private, **WHY).content.decode()
    assert "The access is off. Answer the case" in done
    assert "access off since" in done
    measure = Measure.objects.get()
    assert "It is proposed" in post(desk, "lift", private, measure=measure.pk).content.decode()
    assert "You proposed this yourself" in post(desk, "confirm", private).content.decode()
    shown = second.get(reverse("cases:case", args=[private.code])).content.decode()
    assert "proposes to turn the access to the work on again" in shown
    assert "lifted" in post(second, "confirm", private).content.decode()
    work.refresh_from_db()
    assert work.is_given_out
    assert "decided about this proposal already" in post(second, "decline", private).content.decode()


def test_say_what_is_wrong_with_a_measure(desk: Client, private: Case) -> None:
    empty = desk.post(reverse("cases:take-down", args=[private.code]), WHY | {"facts": ""})
    assert empty.status_code == 400
    personal = desk.post(
        reverse("cases:take-down", args=[private.code]), WHY | {"facts": "lin@example.com wrote."}
    )
    assert personal.status_code == 422
    assert b"no address, telephone or identity number" in personal.content
    assert desk.post(reverse("cases:lift", args=[private.code]), {"measure": "x"}).status_code == 404


def test_show_the_deciding_record_and_nobodys_name(desk: Client, officer: User) -> None:
    person, creator = (
        account("lin@example.com", "Lin Mei"),
        account("c@example.com", "Ada Lovelace", NUMBERS[1]),
    )
    grant = granted(person, creator)
    case = filed(work=published(creator, grant)[0])
    page = desk.get(reverse("cases:case", args=[case.code])).content.decode()
    assert "Everybody who was named in it agreed" in page
    assert str(grant.pk) in page
    for hidden in ("Lin Mei", "lin@example.com", person.producer_id, "/receipts/"):
        assert hidden not in page.partition("<main")[2].partition("</main>")[0]


def test_propose_and_decline_where_it_takes_two(
    desk: Client, second: Client, officer: User, work: Work
) -> None:
    minor = filed(kind=Kind.MINOR, work=work)
    services.take(by=officer, case=minor)
    assert (
        "waits for a second person"
        in post(desk, "reject", minor, text="It shows a grown-up teapot.").content.decode()
    )
    shown = second.get(reverse("cases:case", args=[minor.code])).content.decode()
    assert "proposes to turn the case down" in shown
    assert "It shows a grown-up teapot." in shown
    post(second, "decline", minor)
    minor.refresh_from_db()
    assert minor.state == "in_review"


def test_take_back_what_one_proposed(desk: Client, second: Client, officer: User, work: Work) -> None:
    minor = filed(kind=Kind.MINOR, work=work)
    services.take(by=officer, case=minor)
    assert "Take it back" in post(desk, "reject", minor, text="It shows a grown-up teapot.").content.decode()
    refused = post(second, "withdraw", minor)
    assert refused.status_code == 403
    assert "Only who proposed this takes it back" in refused.content.decode()
    post(desk, "withdraw", minor)
    assert open_proposal(minor) is None
    assert "decided about this proposal already" in post(desk, "withdraw", minor).content.decode()


def test_do_not_confirm_what_was_never_seen(desk: Client, second: Client, officer: User, work: Work) -> None:
    minor = filed(kind=Kind.MINOR, work=work)
    services.take(by=officer, case=minor)
    post(desk, "reject", minor, text="It shows a grown-up teapot.")
    seen = open_proposal(minor)
    assert seen is not None
    assert (
        f'name="proposal" value="{seen.pk}"'
        in second.get(reverse("cases:case", args=[minor.code])).content.decode()
    )
    post(second, "decline", minor)
    post(desk, "reject", minor, text="It shows a child, and nobody minds.")
    for name in ("confirm", "decline"):
        for stale in (seen.pk, ""):
            refused = post(second, name, minor, proposal=stale)
            assert refused.status_code == 409
            assert "something else is proposed" in refused.content.decode()
    minor.refresh_from_db()
    assert minor.state == "in_review"
    assert open_proposal(minor) is not None


def test_stop_the_clock_and_let_it_run_on(desk: Client, taken: Case) -> None:
    assert (
        "stands still: Whoever complained was asked"
        in post(desk, "pause", taken, why="complainant").content.decode()
    )
    assert "Paused" in desk.get(reverse("cases:queue")).content.decode()
    assert "stands still:" not in post(desk, "resume", taken).content.decode()
    assert desk.post(reverse("cases:pause", args=[taken.code]), {"why": "lunch"}).status_code == 400


def test_mark_political_speech_and_name_the_work(desk: Client, taken: Case, work: Work) -> None:
    assert desk.post(reverse("cases:name-work", args=[taken.code]), {"work": "ZZZZZZZZZZ"}).status_code == 400
    assert work.code in post(desk, "name-work", taken, work=work.code).content.decode()
    assert (
        "Whatever you decide here waits for a second person"
        in post(desk, "political", taken).content.decode()
    )


def test_do_not_name_a_work_of_ones_own(desk: Client, taken: Case, work: Work, officer: User) -> None:
    Work.objects.filter(pk=work.pk).update(owner=officer)
    assert "work of your own" in post(desk, "name-work", taken, work=work.code).content.decode()
    taken.refresh_from_db()
    assert taken.work is None


def test_enter_an_order_and_release_it_by_two(
    desk: Client, second: Client, work: Work, officer: User
) -> None:
    assert desk.get(reverse("cases:order")).status_code == 200
    said = {
        "description": "Court of X, 7/2026: hand over the records.",
        "work": work.code,
        "document_sha256": "d" * 64,
    }
    assert desk.post(reverse("cases:order"), said | {"document_sha256": "d"}).status_code == 400
    page = desk.post(reverse("cases:order"), said, follow=True).content.decode()
    assert "d" * 64 in page
    order = Case.objects.get()
    services.take(by=officer, case=order)
    assert "It is proposed" in post(desk, "release", order).content.decode()
    assert "Two people released the order" in post(second, "confirm", order).content.decode()


def test_show_a_warning_in_the_queue(desk: Client, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(warned=1, due_at="2200-01-01T00:00:00Z")
    assert "Little time left" in desk.get(reverse("cases:queue")).content.decode()
    assert "Little time left" in desk.get(reverse("cases:case", args=[case.code])).content.decode()


def test_show_what_a_notice_was_signed_with(desk: Client) -> None:
    notice = filed(kind=Kind.INTIMATE_IMAGE, signature="Lin Mei", location="https://example.org/p")
    page = desk.get(reverse("cases:case", args=[notice.code])).content.decode()
    for words in ("Lin Mei", "https://example.org/p", "not complete", "good faith"):
        assert words in page


def test_whoever_complained_reads_that_the_access_is_off(
    stranger: Client, desk: Client, officer: User, work: Work
) -> None:
    from tests.marking.desk.complaints import complaint, file_case

    case, code = file_case(complaint(kind=Kind.PRIVACY, work=work), now=NOW)
    services.take(by=officer, case=case)
    post(desk, "take-down", case, **WHY)
    page = stranger.post(reverse("complaints:look-up"), {"number": case.code, "code": code}).content.decode()
    assert "The access to the work is off." in page
    assert work.owner.producer_id not in page
