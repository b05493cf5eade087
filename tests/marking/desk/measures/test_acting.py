"""What the site does in a case by itself: the 48-hour machine, and the record that decides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.reasons.checking import check
from accounts.reasons.documents import document_of
from accounts.reasons.models import StatementOfReasons
from accounts.records import log
from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.users.models import User
from consent.grants.models import Grant
from consent.receipts.services import receipts_of
from marking.desk import sweeping, tasks
from marking.desk.cases.kinds import Kind
from marking.desk.cases.models import Case
from marking.desk.decisions import services
from marking.desk.measures import acting
from marking.desk.measures.consent_record import Finding, receipts_of_reporter, record_of
from marking.desk.measures.services import lift
from marking.works.models import Work
from tests.consent.depicting import published, work_of
from tests.marking.desk.complaints import NOW, filed
from tests.unrecorded import unrecorded

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WHOLE = {"signature": "Marguerite Yourcenar", "is_in_good_faith": True}


def notice(work: Work, **changed: Any) -> Case:
    """A complete notice of an intimate image."""
    return filed(**({"kind": Kind.INTIMATE_IMAGE, "work": work} | WHOLE | changed))


def is_off(work: Work) -> bool:
    return Work.objects.filter(pk=work.pk, blocked_at__isnull=False).exists()


@pytest.fixture
def works(work: Work, other_user: User) -> list[Work]:
    """The work, one of somebody else with the same released bytes, one with the same source, and another."""
    same_bytes = work_of(other_user, "released", marked_sha256=work.marked_sha256, source_sha256="5" * 64)
    from marking.registry.models import Registration

    Registration.objects.create(
        work=same_bytes, payload=same_bytes.pk, sha256=work.marked_sha256, fingerprint=b"5" * 32, layout=b"",
        width=64, height=64,
    )  # fmt: skip
    same_source = work_of(other_user, "released", source_sha256=work.source_sha256, marked_sha256="6" * 64)
    another = work_of(other_user, "released", source_sha256="7" * 64, marked_sha256="7" * 64)
    return [work, same_bytes, same_source, another]


class TestTheClock:
    def test_an_untouched_valid_notice_takes_the_work_and_its_identical_copies_off_before_48_hours(
        self, works: list[Work]
    ) -> None:
        case = notice(works[0])
        assert (case.valid_at, case.due_at) == (NOW, NOW + 48 * HOUR)
        sweeping.sweep(now=NOW + 46 * HOUR)
        assert not any(map(is_off, works))
        sweeping.sweep(now=NOW + 47 * HOUR)
        assert [is_off(each) for each in works] == [True, True, True, False]
        assert case.state == "received"  # a human still answers

    def test_the_log_holds_both_times_and_each_owner_gets_reasons(self, works: list[Work]) -> None:
        case = notice(works[0])
        late = NOW + 60 * HOUR  # nothing ran in between
        sweeping.sweep(now=late)
        body: Any = body_of(Record.objects.get(kind="case.access_off"))
        assert body["valid_at"] == NOW.isoformat()
        assert body["due_at"] == case.due_at.isoformat() == (NOW + 48 * HOUR).isoformat()
        assert body["acted_at"] == late.isoformat()
        assert body["decided_by"] == "clock"
        assert sorted(body["works"]) == sorted(each.code for each in works[:3])
        statements = StatementOfReasons.objects.all()
        assert {each.person for each in statements} == {each.owner for each in works[:3]}
        for statement in statements:
            assert check(document_of(statement)) == []
            assert statement.automated_decision == "AUTOMATED_DECISION_FULLY"
            assert "Marguerite" not in str(document_of(statement))

    def test_it_acts_once_however_often_it_is_swept_and_by_whichever_process(self, works: list[Work]) -> None:
        case = notice(works[0])
        stale = Case.objects.get(pk=case.pk)
        for _ in range(3):
            sweeping.sweep(now=NOW + 48 * HOUR)
        assert not acting.act_at_expiry(stale, now=NOW + 48 * HOUR)
        assert Record.objects.filter(kind="case.access_off").count() == 1
        assert StatementOfReasons.objects.count() == 3

    @pytest.mark.parametrize(
        "received",
        [
            datetime(2026, 3, 28, 11, tzinfo=UTC),  # the night in between has an hour less in Berlin
            datetime(2026, 10, 24, 11, tzinfo=UTC),  # and this one an hour more
            datetime(2028, 2, 28, 11, tzinfo=UTC),  # a leap day in between
        ],
    )
    def test_summer_time_and_leap_days_change_nothing(
        self, work: Work, received: datetime, settings: Any
    ) -> None:
        settings.TIME_ZONE = "Europe/Berlin"
        from tests.marking.desk.complaints import complaint, file_case

        case, _code = file_case(complaint(kind=Kind.INTIMATE_IMAGE, work=work, **WHOLE), now=received)
        assert case.due_at.timestamp() - received.timestamp() == 48 * 3600
        sweeping.sweep(now=received + 47 * HOUR - timedelta(seconds=1))
        assert not is_off(work)
        sweeping.sweep(now=received + 47 * HOUR)
        assert is_off(work)

    def test_it_acts_although_somebody_took_the_case_and_did_nothing(self, work: Work, officer: User) -> None:
        case = notice(work)
        services.take(by=officer, case=case, now=NOW + 46 * HOUR)
        sweeping.sweep(now=NOW + 47 * HOUR)
        assert is_off(work)

    def test_it_does_not_act_where_somebody_decided(self, work: Work, officer: User) -> None:
        case = notice(work)
        services.take(by=officer, case=case, now=NOW)
        services.reject(by=officer, case=case, reason="The picture shows a teapot.", now=NOW)
        sweeping.sweep(now=NOW + 60 * HOUR)
        assert not is_off(work)

    @pytest.mark.parametrize("lacking", ["signature", "is_in_good_faith", "contact"])
    def test_it_does_not_run_while_the_notice_lacks_something(self, work: Work, lacking: str) -> None:
        case = notice(work, **{lacking: "" if lacking != "is_in_good_faith" else False})
        assert case.valid_at is None
        sweeping.sweep(now=NOW + 100 * HOUR)
        assert not is_off(work)
        case.refresh_from_db()
        assert case.overdue_at is None  # what has not begun has not ended

    def test_a_deleted_work_needs_no_measure(self, work: Work) -> None:
        notice(work)
        with unrecorded():
            Work.objects.filter(pk=work.pk).update(state="deleted", deleted_at=NOW)
        sweeping.sweep(now=NOW + 48 * HOUR)
        assert not StatementOfReasons.objects.exists()

    def test_the_task_of_the_worker_sweeps(self, work: Work) -> None:
        notice(work)  # long ago by the clock of this machine
        tasks.sweep()
        assert is_off(work)


@pytest.fixture
def depicted(creator: User, grant: Grant) -> Work:
    """A released work of somebody who agreed."""
    return published(creator, grant)[0]


class TestTheRecord:
    def test_no_consent_in_force_turns_the_access_off_without_a_human(self, creator: User) -> None:
        work = work_of(creator, "released")
        case = filed(work=work)
        assert is_off(work)
        assert [each.event for each in case.events.all()] == ["received", "access_off"]
        body: Any = body_of(Record.objects.get(kind="case.access_off"))
        assert (body["decided_by"], body["works"]) == ("record", [work.code])

    def test_a_consent_in_force_leaves_it_to_a_human(self, depicted: Work) -> None:
        filed(work=depicted, kind=Kind.CONSENT_WITHDRAWN)
        assert not is_off(depicted)
        record = record_of(depicted)
        assert record.finding is Finding.GRANTED
        assert [each.is_in_force for each in record.people] == [True]
        assert record.records

    def test_a_work_that_shows_nobody_is_left_to_a_human(self, work: Work) -> None:
        filed(work=work)
        assert not is_off(work)
        assert record_of(work).finding is Finding.NOBODY_SHOWN

    def test_a_face_that_was_called_synthetic_counts(self, work: Work) -> None:
        from marking.works.faces.models import FoundFace

        FoundFace.objects.create(
            work=work, position=1, x=0, y=0, width=9, height=9, shown=[0, 0, 1, 1], confidence=0.9,
            answer="synthetic", answered_at=NOW, answered_by=work.owner,
        )  # fmt: skip
        filed(work=work)
        assert is_off(work)

    def test_somebody_named_who_granted_nothing_counts(self, depicted: Work) -> None:
        people = depicted_people(depicted)
        people.update(grant=None, grant_version=None, consumed=0)
        (shown,) = record_of(depicted).people
        assert (shown.grant, shown.state, shown.is_in_force) == (None, "", False)
        filed(work=depicted)
        assert is_off(depicted)

    def test_an_identical_copy_goes_with_it_only_where_its_own_record_shows_none(
        self, creator: User, depicted: Work
    ) -> None:
        first, second = work_of(creator, "released"), work_of(creator, "released")
        filed(work=first)
        assert [is_off(each) for each in (first, second, depicted)] == [True, True, False]

    def test_other_kinds_are_not_decided_by_it(self, creator: User) -> None:
        work = work_of(creator, "released")
        filed(work=work, kind=Kind.LABEL)
        assert not is_off(work)

    def test_what_is_dark_or_was_never_released_is_left_alone(self, creator: User) -> None:
        waiting, dark = work_of(creator), work_of(creator, "consent_ended", consent_ended_at=NOW)
        filed(work=waiting)
        filed(work=dark)
        assert not StatementOfReasons.objects.exists()
        assert record_of(dark).finding is Finding.DARK

    def test_a_second_complaint_has_a_measure_of_its_own(self, creator: User, officer: User) -> None:
        work = work_of(creator, "released")
        first, second = filed(work=work), filed(work=work)
        assert [each.measures.count() for each in (first, second)] == [1, 1]
        lift(measure=first.measures.get(), by=officer, now=NOW + HOUR)
        assert is_off(work)

    def test_what_people_lifted_is_left_to_a_human_until_the_record_changes(
        self, depicted: Work, officer: User
    ) -> None:
        depicted_people(depicted).update(grant=None, grant_version=None, consumed=0)
        first = filed(work=depicted)
        lift(measure=first.measures.get(), by=officer, now=timezone.now() + HOUR)
        assert not filed(work=depicted).measures.exists()
        assert not is_off(depicted)
        use = depicted_people(depicted).get().use
        with transaction.atomic():
            log.append(
                kind="use.cut_off",
                subject=use.log_subject,
                body={"subject": use.subject, "reason": "other"},
                by=None,
                now=timezone.now() + 2 * HOUR,
            )
        assert filed(work=depicted).measures.exists()

    def test_naming_the_work_later_lets_the_record_decide(
        self, creator: User, case: Case, officer: User
    ) -> None:
        work = work_of(creator, "released")
        services.take(by=officer, case=case, now=NOW)
        services.name_work(by=officer, case=case, work=work, now=NOW)
        assert is_off(work)


def depicted_people(work: Work) -> Any:
    from consent.uses.models import DepictedPerson

    return DepictedPerson.objects.filter(use__subject=f"work:{work.code}")


class TestOnesOwnReceipt:
    def follow(self, client: Client, case: Case, code: str) -> Any:
        url = reverse("complaints:mine", args=[case.code])
        return client.post(url, {"number": case.code, "code": code})

    def test_the_complainant_sees_their_own_receipt_and_nobody_elses(
        self, depicted: Work, person: User, creator: User, grant: Grant
    ) -> None:
        from tests.marking.desk.complaints import complaint, file_case

        case, code = file_case(complaint(work=depicted), now=NOW)
        own, others = (receipt for receipt in receipts_of(grant))
        browser = Client()
        browser.force_login(person)
        page = self.follow(browser, case, code).content.decode()
        assert reverse("receipts:page", args=[own.pk]) in page
        assert str(others.pk) not in page
        assert browser.get(reverse("receipts:page", args=[own.pk])).status_code == 200
        assert browser.get(reverse("receipts:page", args=[others.pk])).status_code == 404
        case.refresh_from_db()
        assert case.reporter == person

    def test_who_signed_nothing_sees_nothing(self, depicted: Work, user: User) -> None:
        from tests.marking.desk.complaints import complaint, file_case

        case, code = file_case(complaint(work=depicted), now=NOW)
        browser = Client()
        browser.force_login(user)
        page = self.follow(browser, case, code).content.decode()
        assert "Nothing of yours is on record" in page
        assert "/receipts/" not in page.partition("<main")[2].partition("</main>")[0]
        assert receipts_of_reporter(depicted, user) == []

    def test_it_takes_the_code_and_one_account(self, depicted: Work, person: User, user: User) -> None:
        from tests.marking.desk.complaints import complaint, file_case

        case, code = file_case(complaint(work=depicted), now=NOW)
        assert Client().get(reverse("complaints:mine", args=[case.code])).status_code == 302
        browser = Client()
        browser.force_login(person)
        assert browser.get(reverse("complaints:mine", args=[case.code])).status_code == 200
        assert self.follow(browser, case, "0000000001").status_code == 404
        assert self.follow(browser, case, "").status_code == 400
        assert self.follow(browser, case, code).status_code == 200
        assert self.follow(browser, case, code).status_code == 200
        other = Client()
        other.force_login(user)
        assert self.follow(other, case, code).status_code == 403
        assert Record.objects.filter(kind="case.reporter_proven").count() == 1

    def test_not_once_the_case_is_closed(self, taken: Case, officer: User, person: User) -> None:
        from accounts.refusals import Refusal
        from marking.desk.decisions.reporters import prove

        Case.objects.filter(pk=taken.pk).update(contact=None)
        taken.refresh_from_db()
        services.answer(by=officer, case=taken, text="It is answered, and closed now.", now=NOW)
        services.close(by=officer, case=taken, now=NOW)
        with pytest.raises(Refusal) as refused:
            prove(by=person, case=taken)
        assert refused.value.code == "wrong_state"
