"""A clock that ran out is obeyed before anybody writes it down …"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.reasons.models import StatementOfReasons
from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from consent.grants.models import Grant
from marking.consenting import showing
from marking.desk import sweeping
from marking.desk.cases.kinds import Kind
from marking.desk.cases.models import Case
from marking.desk.cases.reopening import reopen
from marking.desk.decisions import services as deciding
from marking.desk.filing.services import file_case
from marking.desk.measures.expiry import off_among, off_since
from marking.desk.measures.models import Measure
from marking.desk.measures.queries import identical_to
from marking.desk.measures.services import lift
from marking.registry.models import Registration, Variant
from marking.works import certificate_pages, gate
from marking.works.models import Work
from marking.works.services import delete
from marking.works.standing import Standing, standing_of
from marking.works.staying_down import require_not_taken_down
from tests.consent.depicting import published, work_of
from tests.consent.people import NUMBERS, account, granted
from tests.marking.desk.complaints import NOW, complaint, filed

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ACTS = NOW + 47 * HOUR
LATER = ACTS + timedelta(minutes=1)
WHOLE: dict[str, Any] = {"signature": "Marguerite Yourcenar", "is_in_good_faith": True}
BROKEN_OFF = 30 * HOUR
"""How long the worker is away."""


def notice(work: Work, **changed: Any) -> Case:
    """A complete notice of an intimate image, of which nobody takes care."""
    return filed(**({"kind": Kind.INTIMATE_IMAGE, "work": work} | WHOLE | changed))


def expired(work: Work) -> Case:
    """A notice whose clock ran out by the clock of this machine, with nothing swept since."""
    said = complaint(kind=Kind.INTIMATE_IMAGE, work=work, **WHOLE)
    return file_case(said, now=timezone.now() - 47 * HOUR - timedelta(minutes=1))[0]


def is_served(work: Work, now: datetime) -> bool:
    return gate.is_served(Work.objects.get(pk=work.pk), now=now)


def shown_nobody(owner: User, **changes: object) -> Work:
    return work_of(owner, "released", **({"depicts": "nobody"} | changes))


class TestTheMoment:
    def test_it_is_off_from_the_moment_on_at_which_the_clock_acts(self, work: Work) -> None:
        notice(work)
        assert is_served(work, ACTS - timedelta(microseconds=1))
        assert off_since(work.pk, ACTS - timedelta(microseconds=1)) is None
        for at in (ACTS, LATER, ACTS + BROKEN_OFF):
            assert not is_served(work, at)
            assert off_since(work.pk, at) == ACTS
            with pytest.raises(gate.Blocked):
                gate.require_served(work, now=at)
        stands = standing_of(work, now=LATER)
        assert (stands.standing, stands.since) == (Standing.BLOCKED, ACTS)
        work.refresh_from_db()
        assert work.blocked_at is None

    def test_the_sweep_writes_it_down_afterwards_with_both_times(self, work: Work) -> None:
        case = notice(work)
        late = ACTS + BROKEN_OFF
        assert not is_served(work, late)
        sweeping.sweep(now=late)
        assert not is_served(work, late)
        body: Any = body_of(Record.objects.get(kind="case.access_off"))
        assert (body["acts_at"], body["acted_at"]) == (ACTS.isoformat(), late.isoformat())
        facts = StatementOfReasons.objects.get().facts
        assert "off from March 3, 2026, 7 p.m. on" in facts
        assert "written at March 5, 2026, 1 a.m." in facts
        measure = Measure.objects.get()
        assert (measure.case, measure.imposed_at) == (case, late)
        assert off_since(work.pk, late) is None  # the measure alone keeps it now

    def test_what_was_lifted_does_not_fall_back(self, work: Work, officer: User) -> None:
        notice(work)
        sweeping.sweep(now=LATER)
        lift(measure=Measure.objects.get(), by=officer, now=LATER + HOUR)
        assert is_served(work, LATER + BROKEN_OFF)


class TestOthersStayOn:
    @pytest.mark.parametrize("decide", ["answer", "reject"])
    def test_a_decided_case_shuts_nothing(self, work: Work, officer: User, decide: str) -> None:
        case = notice(work)
        deciding.take(by=officer, case=case, now=NOW)
        if decide == "answer":
            deciding.answer(by=officer, case=case, text="It shows a teapot and nobody else.", now=NOW)
        else:
            deciding.reject(by=officer, case=case, reason="It shows a teapot and nobody else.", now=NOW)
        assert is_served(work, LATER)

    def test_one_that_was_opened_again_has_a_clock_that_starts_anew(self, work: Work, officer: User) -> None:
        case = notice(work)
        deciding.take(by=officer, case=case, now=NOW)
        deciding.reject(by=officer, case=case, reason="It shows a teapot and nobody else.", now=NOW)
        again = NOW + 40 * HOUR
        reopen(case=case, by=officer, now=again)
        assert is_served(work, LATER)
        assert off_since(work.pk, again + 48 * HOUR) == again + 47 * HOUR

    def test_taking_a_case_stops_nothing(self, work: Work, officer: User) -> None:
        deciding.take(by=officer, case=notice(work), now=ACTS - HOUR)
        assert not is_served(work, LATER)

    @pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.INTIMATE_IMAGE, Kind.AUTHORITY_ORDER}))
    def test_a_case_whose_clock_does_not_act_shuts_nothing(self, work: Work, kind: Kind) -> None:
        notice(work, kind=kind)
        assert is_served(work, NOW + 90 * 24 * HOUR)

    @pytest.mark.parametrize("lacking", [{"signature": ""}, {"is_in_good_faith": False}, {"contact": ""}])
    def test_an_incomplete_notice_shuts_nothing(self, work: Work, lacking: dict[str, Any]) -> None:
        assert notice(work, **lacking).valid_at is None
        assert is_served(work, LATER)

    def test_another_work_is_served(self, work: Work, other_user: User) -> None:
        other = shown_nobody(other_user, source_sha256="7" * 64, marked_sha256="7" * 64)
        notice(work)
        assert is_served(other, LATER)


@pytest.fixture
def alike(work: Work, other_user: User) -> list[Work]:
    """Works of others: the same source, the same released bytes, a copy without the label in common with another, one deleted, one unlike."""
    same_source = shown_nobody(other_user, source_sha256=work.source_sha256, marked_sha256="2" * 64)
    same_bytes = shown_nobody(other_user, source_sha256="3" * 64, marked_sha256=work.marked_sha256)
    lent = shown_nobody(other_user, source_sha256="4" * 64, marked_sha256="4" * 64)
    twin = shown_nobody(other_user, source_sha256="5" * 64, marked_sha256="5" * 64)
    gone = shown_nobody(other_user, source_sha256=work.source_sha256, marked_sha256="6" * 64)
    delete(by=other_user, work=gone)
    gone.refresh_from_db()
    unlike = shown_nobody(other_user, source_sha256="8" * 64, marked_sha256="8" * 64)
    works = [same_source, same_bytes, lent, twin, gone, unlike]
    for each in works:
        Registration.objects.create(
            work=each, payload=each.pk, sha256=each.marked_sha256, fingerprint=b"5" * 32, layout=b"", width=64, height=64,
        )  # fmt: skip
    for each, sha256 in ((lent, work.marked_sha256), (lent, "9" * 64), (twin, "9" * 64)):
        Variant.objects.create(
            registration=each.registration, sha256=sha256, fingerprint=b"0" * 32, layout=b""
        )
    return works


class TestIdenticalCopies:
    def test_they_are_off_with_it(self, work: Work, alike: list[Work]) -> None:
        notice(work)
        assert [is_served(each, LATER) for each in (work, *alike)] == [False] * 4 + [True, False, True]
        assert all(is_served(each, ACTS - HOUR) for each in alike if each.state == "released")

    def test_whichever_the_notice_is_about_it_reaches_those_that_the_measure_reaches(
        self, work: Work, alike: list[Work]
    ) -> None:
        works = [work, *alike]
        for about in works:
            case = notice(about)
            reached = {each.pk for each in (about, *identical_to(about)) if each.state != "deleted"}
            for each in works:
                assert (off_since(each.pk, LATER) is not None) == (each.pk in reached), (about, each)
            assert off_among([each.pk for each in works], LATER) == dict.fromkeys(reached, ACTS)
            Case.objects.filter(pk=case.pk).update(acted_at=NOW)

    def test_one_that_is_released_meanwhile_is_off_as_well(self, work: Work, other_user: User) -> None:
        notice(work)
        copy = shown_nobody(other_user, source_sha256=work.source_sha256)
        assert not is_served(copy, LATER)
        expired(work)
        with pytest.raises(Refusal) as refused:
            require_not_taken_down(work.source_sha256)
        assert refused.value.code == "blocked"


class TestWhatItCosts:
    def test_one_query_by_the_index_of_running_clocks(self, work: Work, alike: list[Work]) -> None:
        numbers = [each.pk for each in (work, *alike)]
        for ask in (lambda: off_since(work.pk, LATER), lambda: off_among(numbers, LATER)):
            ask()
            with CaptureQueriesContext(
                connection,
            ) as asked:
                ask()
            assert len(asked) == 1
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
                plan = " ".join(str(row[-1]) for row in cursor.fetchall())
            assert "case_by_running_clock" in plan, plan
            assert "SCAN" not in plan, plan

    def test_none_where_there_are_no_works(self, work: Work, django_assert_num_queries: Any) -> None:
        from marking.works.expired import expired_among

        with django_assert_num_queries(0):
            assert expired_among([], LATER) == {}


class TestPages:
    def test_a_kept_certificate_says_it_with_the_next_request_and_no_more(self, work: Work) -> None:
        address = reverse("certificate:page", args=[work.code])
        certificate_pages._kept.clear()
        before = Client().get(address).content
        assert Client().get(address).content == before
        expired(work)
        page = Client().get(address).content.decode()
        assert "Access is off" in page
        for hidden in (work.owner.producer_id, "notice", "intimate", work.marked_sha256):
            assert hidden not in page

    def test_status_report_and_api_say_that_it_is_off(self, client: Client, work: Work) -> None:
        expired(work)
        assert client.get(f"/v/{work.code}.json").json()["status"] == "blocked"
        told = client.get(reverse("api-1:certificate", args=[work.code])).json()
        assert (told["state"], told["consent"], told["consent_ended_at"]) == ("blocked", "blocked", None)

    def test_the_owner_sees_no_picture_and_no_decision_that_nobody_wrote(self, work: Work) -> None:
        Work.objects.filter(pk=work.pk).update(marks=[])
        owner = Client()
        owner.force_login(work.owner)
        listed, detail = reverse("works:list"), reverse("works:detail", args=[work.code])
        picture = reverse("works:preview", args=[work.code, "after"])
        assert picture in owner.get(listed).content.decode()
        expired(work)
        page = owner.get(detail).content.decode()
        assert picture not in owner.get(listed).content.decode() + page
        assert "Access is off" in page
        assert "You were told why" not in page
        sweeping.sweep()
        assert "You were told why" in owner.get(detail).content.decode()

    def test_whoever_is_asked_is_not_shown_it(self, verified_user: User) -> None:
        creator = account("creator@example.com", "Ada Lovelace", NUMBERS[1])
        grant: Grant = granted(account("lin@example.com", "Lin Mei", NUMBERS[2]), creator)
        work = published(creator, grant)[0]
        assert showing.is_shown(gate.subject_of(work))
        expired(work)
        assert not showing.is_shown(gate.subject_of(work))
        assert showing.picture_of(gate.subject_of(work)) is None


def step(name: str, folder: Path) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.marking.desk.measures.outage", name, str(folder)],
        cwd=settings.ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3000:]
    said: dict[str, Any] = json.loads(ran.stdout)
    return said


def test_the_first_sweep_of_a_process_that_is_started_anew_writes_everything_once(tmp_path: Path) -> None:
    unwritten = {"served": [False, False], "records": 0, "measures": 0, "statements": 0}
    written = {"served": [False, False], "records": 1, "measures": 2, "statements": 2}
    assert step("notice", tmp_path) == step("found", tmp_path) == unwritten
    assert step("sweep", tmp_path) == step("sweep", tmp_path) == written
