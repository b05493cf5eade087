"""Appeals of both sides: in time, and decided by another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.notices.models import Notice
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.sanctions.models import Sanction
from accounts.sanctions.queries import is_limited
from accounts.sanctions.services import confirm, lift
from accounts.sanctions.states import Function, Step
from accounts.users.models import User
from marking.desk.appeals.appealable import find
from marking.desk.appeals.contents import reasons_of, text_of
from marking.desk.appeals.models import Appeal
from marking.desk.appeals.queries import ends_at, newest_for_case
from marking.desk.appeals.services import file_for_case, file_own, overturn, uphold
from marking.desk.appeals.states import AppealState
from marking.desk.cases.actions import Action
from marking.desk.cases.kinds import Kind
from marking.desk.cases.models import Case
from marking.desk.cases.states import CaseState
from marking.desk.decisions import services as cases
from marking.desk.decisions.four_eyes import services as four_eyes
from marking.desk.measures.services import lift as lift_measure
from tests.accounts.sanctions.decisions import NOW, sanctioned
from tests.consent.depicting import work_of
from tests.marking.desk.complaints import filed
from tests.unrecorded import unrecorded

from .filings import DAY, INSTANT, REASONS, TEXT, appealed, decision_of


class TestFiling:
    def test_the_account_holder_appeals_once(self, sanction: Sanction) -> None:
        appeal = appealed(sanction)

        assert text_of(appeal) == TEXT
        assert TEXT.encode() not in bytes(appeal.text or b"")
        assert appeal.due_at == NOW + 16 * DAY
        assert appealed(sanction) == appeal
        assert Record.objects.filter(kind="appeal.filed").count() == 1

    def test_the_window_is_six_months_at_least(self, sanction: Sanction) -> None:
        decision = decision_of("sanction", sanction.pk)

        assert ends_at(decision) - decision.at >= timedelta(days=184)  # the longest six months
        with pytest.raises(Refusal) as refusal:
            appealed(sanction, now=ends_at(decision))
        assert refusal.value.code == "appeal_late"
        assert appealed(sanction, now=ends_at(decision) - INSTANT).state == AppealState.FILED

    def test_nobody_appeals_for_another(self, sanction: Sanction, other_user: User) -> None:
        with pytest.raises(Refusal) as refusal:
            file_own(by=other_user, decision=decision_of("sanction", sanction.pk), text=TEXT, now=NOW)
        assert refusal.value.code == "not_yours"

    def test_it_wants_a_reason(self, sanction: Sanction) -> None:
        with pytest.raises(Refusal) as refusal:
            file_own(by=sanction.user, decision=decision_of("sanction", sanction.pk), text=" no ", now=NOW)
        assert refusal.value.code == "appeal_length"

    def test_what_was_lifted_is_no_decision_any_more(self, sanction: Sanction, first: User) -> None:
        lift(by=first, sanction=sanction, now=NOW)

        assert find("sanction", str(sanction.pk)) is None
        assert find("sanction", "nonsense") is None
        assert find("poem", "1") is None
        assert find("case", "nonsense!") is None

    def test_a_complainant_appeals_against_being_turned_down(self, turned_down: Case) -> None:
        appeal = file_for_case(case=turned_down, text=TEXT, now=NOW + 40 * DAY)

        assert (appeal.appellant, appeal.kind) == (None, "case")
        assert newest_for_case(turned_down) == appeal
        assert file_for_case(case=turned_down, text=TEXT, now=NOW + 41 * DAY) == appeal
        assert list(turned_down.events.filter(event="appealed").values_list("by", flat=True)) == [None]

    def test_it_names_both_who_turned_it_down(self, officer: User, second: User) -> None:
        case = filed(kind=Kind.MINOR)
        cases.take(by=officer, case=case, now=NOW)
        said = {"reason": "It shows somebody else."}
        proposal = four_eyes.propose(by=officer, case=case, action=Action.REJECT, payload=said, now=NOW)
        four_eyes.confirm(by=second, proposal=proposal, now=NOW + DAY)
        appeal = file_for_case(case=case, text=TEXT, now=NOW + 2 * DAY)
        assert (appeal.first_by, appeal.second_by) == (officer, second)

    def test_it_names_who_turned_it_down_and_not_who_has_the_case(
        self, turned_down: Case, officer: User, second: User
    ) -> None:
        Case.objects.filter(pk=turned_down.pk).update(taken_by=second)
        appeal = file_for_case(case=turned_down, text=TEXT, now=NOW + 40 * DAY)
        assert (appeal.first_by, appeal.second_by) == (officer, None)

    def test_a_complainant_appeals_against_an_answer_without_a_measure(
        self, officer: User, second: User
    ) -> None:
        case = filed()
        for act in (lambda: None, lambda: cases.take(by=officer, case=case, now=NOW)):
            act()
            with pytest.raises(Refusal) as refusal:
                file_for_case(case=case, text=TEXT, now=NOW)
            assert refusal.value.code == "not_in_vain"
        cases.answer(by=officer, case=case, text="We see nothing wrong in it.", now=NOW)
        appeal = file_for_case(case=case, text=TEXT, now=NOW + DAY)
        overturn(by=second, appeal=appeal, reasons=REASONS, now=NOW + DAY)

        case.refresh_from_db()
        assert (case.state, case.answer) == (CaseState.RECEIVED, "")
        with pytest.raises(Refusal) as refusal:
            cases.take(by=officer, case=case, now=NOW + DAY)
        assert refusal.value.code == "decided_before"

    def test_a_complainant_does_not_appeal_while_the_access_is_off_by_their_case(
        self, officer: User, second: User, verified_user: User
    ) -> None:
        case = filed(work=work_of(verified_user, "released"))  # the record decides
        cases.take(by=officer, case=case, now=NOW)
        cases.answer(by=officer, case=case, text="The access is off.", now=NOW)
        with pytest.raises(Refusal) as refusal:
            file_for_case(case=case, text=TEXT, now=NOW)
        assert refusal.value.code == "not_in_vain"

        lift_measure(measure=case.measures.get(), by=second, now=NOW + DAY)
        assert file_for_case(case=case, text=TEXT, now=NOW + DAY).state == AppealState.FILED


class TestDeciding:
    @pytest.mark.parametrize("act", [uphold, overturn])
    def test_it_is_decided_once_by_another(
        self, act: Callable[..., None], sanction: Sanction, first: User, second: User
    ) -> None:
        appeal = appealed(sanction)
        with pytest.raises(Refusal) as refusal:
            act(by=first, appeal=appeal, reasons=REASONS, now=NOW + DAY)
        assert refusal.value.code == "took_part"

        act(by=second, appeal=appeal, reasons=REASONS, now=NOW + 2 * DAY)
        assert reasons_of(appeal) == REASONS
        assert Notice.objects.filter(user=sanction.user, kind="appeal.decided").count() == 1
        for again in (uphold, overturn):
            with pytest.raises(Refusal) as refusal:
                again(by=second, appeal=appeal, reasons=REASONS, now=NOW + 3 * DAY)
            assert refusal.value.code == "wrong_state"

    def test_neither_of_two_who_closed_an_account_decides(
        self, user: User, first: User, second: User, third: User
    ) -> None:
        sanction = sanctioned(user, first, Step.CLOSE)
        confirm(by=second, sanction=sanction, now=NOW)
        appeal = appealed(sanction)
        for each, code in ((first, "took_part"), (second, "took_part"), (user, "own_appeal")):
            with pytest.raises(Refusal) as refusal:
                overturn(by=each, appeal=appeal, reasons=REASONS, now=NOW + DAY)
            assert refusal.value.code == code

        overturn(by=third, appeal=appeal, reasons=REASONS, now=NOW + DAY)
        assert not is_limited(user, Function.GENERATE, NOW + DAY)

    @pytest.mark.parametrize("who", ["first_by", "second_by", "appellant"])
    def test_the_database_refuses_the_same_person(
        self, who: str, user: User, first: User, second: User, third: User
    ) -> None:
        sanction = sanctioned(user, first, Step.CLOSE)
        confirm(by=second, sanction=sanction, now=NOW)
        appeal = appealed(sanction)
        decided: dict[str, Any] = {"state": "upheld", "decided_at": NOW, "decided_by": getattr(appeal, who)}
        row = Appeal.objects.filter(pk=appeal.pk)

        with pytest.raises(IntegrityError, match="appeal_is_decided_by_another"), transaction.atomic():
            row.update(**decided)
        with unrecorded():
            assert row.update(**{**decided, "decided_by": third}) == 1

    @pytest.mark.parametrize(
        ("name", "changes"),
        [
            ("appeal_is_decided_by_somebody", {"state": "upheld"}),
            ("appeal_text_goes_with_its_key", {"wrapped_key": None}),
        ],
    )
    def test_the_database_refuses_what_cannot_be(
        self, name: str, changes: dict[str, Any], sanction: Sanction
    ) -> None:
        appeal = appealed(sanction)

        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Appeal.objects.filter(pk=appeal.pk).update(**changes)

    def test_upholding_changes_nothing(self, sanction: Sanction, second: User) -> None:
        uphold(by=second, appeal=appealed(sanction), reasons=REASONS, now=NOW + DAY)

        assert is_limited(sanction.user, Function.DOWNLOAD, NOW + DAY)
        with pytest.raises(Refusal):
            _appeal_again(sanction)

    def test_what_was_lifted_meanwhile_can_still_be_overturned(
        self, sanction: Sanction, first: User, second: User
    ) -> None:
        appeal = appealed(sanction)
        lift(by=first, sanction=sanction, now=NOW + DAY)
        overturn(by=second, appeal=appeal, reasons=REASONS, now=NOW + 2 * DAY)

        assert appeal.state == AppealState.OVERTURNED

    def test_whoever_touched_a_case_does_not_decide_on_it(
        self, turned_down: Case, officer: User, second: User
    ) -> None:
        Case.objects.filter(pk=turned_down.pk).update(taken_by=second)  # put right by hand once
        appeal = file_for_case(case=turned_down, text=TEXT, now=NOW + 2 * DAY)

        for each in (officer, second):
            with pytest.raises(Refusal) as refusal:
                overturn(by=each, appeal=appeal, reasons=REASONS, now=NOW + 2 * DAY)
            assert refusal.value.code == "took_part"

    def test_a_case_is_open_again_for_somebody_else(
        self, turned_down: Case, officer: User, second: User
    ) -> None:
        cases.close(by=None, case=turned_down, now=NOW + 40 * DAY)
        appeal = file_for_case(case=turned_down, text=TEXT, now=NOW + 100 * DAY)
        overturn(by=second, appeal=appeal, reasons=REASONS, now=NOW + 101 * DAY)

        turned_down.refresh_from_db()
        assert (turned_down.state, turned_down.taken_by, turned_down.answer) == (CaseState.RECEIVED, None, "")
        assert turned_down.due_at == NOW + 104 * DAY  # three days for this kind
        with pytest.raises(Refusal) as refusal:
            cases.take(by=officer, case=turned_down, now=NOW + 101 * DAY)
        assert refusal.value.code == "decided_before"

        cases.take(by=second, case=turned_down, now=NOW + 101 * DAY)
        cases.reject(by=second, case=turned_down, reason="It still shows somebody else.", now=NOW + 102 * DAY)
        assert file_for_case(case=turned_down, text=TEXT, now=NOW + 103 * DAY) != appeal


def _appeal_again(sanction: Sanction) -> None:
    appeal = appealed(sanction)
    assert appeal.state == AppealState.UPHELD
    raise Refusal("decided", "It was decided.")
