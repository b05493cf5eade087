from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.notices.models import Notice
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.sanctions.gate import Limited, require_open, require_unlimited
from accounts.sanctions.models import Sanction
from accounts.sanctions.queries import is_limited, limited_accounts, limits_on, shut_by
from accounts.sanctions.reasoning import Ground, Reasons, reasons_of
from accounts.sanctions.services import confirm, decline, lift
from accounts.sanctions.states import Function, SanctionState, Step, read_functions, write_functions
from accounts.users.models import User
from accounts.vault.sealing import destroy

from .decisions import NOW, REASONS, moderator, open_functions, sanctioned

DAY = timedelta(days=1)


INSTANT = timedelta(microseconds=1)


class TestImpose:
    def test_it_warns_without_keeping_the_account_from_anything(self, user: User, first: User) -> None:
        sanction = sanctioned(user, first, Step.WARN)

        assert sanction.state == SanctionState.IN_FORCE
        assert open_functions(user, NOW) == set(Function)

    def test_it_limits_the_functions_it_names_and_no_others(self, user: User, first: User) -> None:
        sanctioned(user, first, functions=[Function.DOWNLOAD, Function.PUBLISH])

        assert set(Function) - open_functions(user, NOW) == {Function.DOWNLOAD, Function.PUBLISH}

    @pytest.mark.parametrize("function", Function)
    def test_it_holds_from_its_first_instant_until_its_last(
        self, function: Function, user: User, first: User
    ) -> None:
        sanctioned(user, first, functions=[function], days=7)

        assert not is_limited(user, function, NOW - INSTANT)
        assert is_limited(user, function, NOW)
        assert is_limited(user, function, NOW + 7 * DAY - INSTANT)
        assert not is_limited(user, function, NOW + 7 * DAY)

    def test_it_suspends_from_everything(self, user: User, first: User) -> None:
        sanctioned(user, first, Step.SUSPEND)

        assert open_functions(user, NOW) == set()
        with pytest.raises(Limited) as limited:
            require_open(user, now=NOW)
        assert (limited.value.code, limited.value.status) == ("account_suspended", 403)
        require_open(user, now=NOW + 30 * DAY)

    def test_it_says_until_when_and_where_to_read_why(self, user: User, first: User) -> None:
        sanctioned(user, first)

        with pytest.raises(Limited) as limited:
            require_unlimited(user, Function.GENERATE, now=NOW)
        assert limited.value.code == "account_limited"
        assert "2026-03-31" in limited.value.sentence
        assert "/me/standing/" in limited.value.sentence

    def test_it_writes_record_notice_and_reasons(self, user: User, first: User) -> None:
        sanction = sanctioned(user, first)

        assert reasons_of(sanction) == REASONS
        assert REASONS.facts.encode() not in bytes(sanction.reasons)
        record = Record.objects.get(kind="sanction.imposed")
        assert record.subject == f"sanction:{sanction.pk}"
        assert record.body.person_key is not None
        assert record.body.person_key.user == user
        assert Notice.objects.get(user=user).kind == "sanction.limit"

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"step": Step.LIMIT, "functions": []}, "functions_missing"),
            ({"step": Step.WARN, "functions": [Function.PUBLISH]}, "functions_missing"),
            ({"step": Step.CLOSE, "days": 3}, "days_invalid"),
            ({"step": Step.SUSPEND, "days": None}, "days_invalid"),
            ({"step": Step.WARN, "days": 0}, "days_invalid"),
            ({"step": Step.WARN, "days": 5000}, "days_invalid"),
            ({"reasons": Reasons(Ground.ILLEGAL, " ", "Because of it.", "It was seen.")}, "reasons_length"),
            ({"reasons": Reasons(Ground.ILLEGAL, "Art. 1", "No.", "It was seen.")}, "reasons_length"),
            ({"reasons": Reasons(Ground.ILLEGAL, "Art. 1", "Because of it.", "x" * 5001)}, "reasons_length"),
            (
                {"reasons": Reasons(Ground.ILLEGAL, "Art. 1", "Because of it.", "Seen by lin@example.com.")},
                "reasons_personal",
            ),
        ],
    )
    def test_it_refuses_what_cannot_be(
        self, said: dict[str, Any], code: str, user: User, first: User
    ) -> None:
        with pytest.raises(Refusal) as refusal:
            sanctioned(user, first, **said)

        assert refusal.value.code == code
        assert not Sanction.objects.exists()

    def test_nobody_decides_about_their_own_account(self, first: User) -> None:
        with pytest.raises(Refusal) as refusal:
            sanctioned(first, first)

        assert refusal.value.code == "own_account"

    def test_it_leaves_an_erased_account_alone(self, user: User, first: User) -> None:
        destroy(user)

        with pytest.raises(Refusal) as refusal:
            sanctioned(user, first)
        assert refusal.value.code == "account_erased"

    def test_it_does_not_confirm_what_an_erased_account_could_not_be_told(
        self, user: User, first: User, second: User
    ) -> None:
        proposal = sanctioned(user, first, Step.CLOSE)
        destroy(user)

        with pytest.raises(Refusal) as refusal:
            confirm(by=second, sanction=proposal)
        assert refusal.value.code == "account_erased"
        proposal.refresh_from_db()
        assert proposal.state == SanctionState.PROPOSED


class TestSentTwice:
    @pytest.mark.parametrize("step", [Step.WARN, Step.LIMIT, Step.SUSPEND, Step.CLOSE])
    def test_it_decides_once(self, step: Step, user: User, first: User) -> None:
        sanction = sanctioned(user, first, step)

        assert sanctioned(user, first, step) == sanction
        assert Sanction.objects.count() == 1
        assert Record.objects.filter(kind__startswith="sanction.").count() == 1

    def test_what_differs_is_another(self, user: User, first: User) -> None:
        sanctioned(user, first, Step.SUSPEND)
        for other in ({"days": 31}, {"about": "case:8Z0K3M2Q1R"}, {"reasons": replace(REASONS, clause="5")}):
            sanctioned(user, first, Step.SUSPEND, **other)

        assert Sanction.objects.count() == 4

    def test_what_does_not_stand_any_more_is_imposed_again(self, user: User, first: User) -> None:
        lift(by=first, sanction=sanctioned(user, first, Step.SUSPEND), now=NOW)
        sanctioned(user, first, Step.SUSPEND)
        sanctioned(user, first, Step.SUSPEND, now=NOW + 30 * DAY)

        assert Sanction.objects.count() == 3


class TestStaff:
    @pytest.mark.parametrize("step", [Step.LIMIT, Step.SUSPEND, Step.CLOSE])
    def test_nobody_shuts_out_a_colleague_alone(self, step: Step, first: User, second: User) -> None:
        sanction = sanctioned(second, first, step)
        assert sanction.state == SanctionState.PROPOSED
        assert open_functions(second, NOW) == set(Function)

        confirm(by=moderator("third"), sanction=sanction, now=NOW)

        assert sanction.state == SanctionState.IN_FORCE

    def test_a_colleague_is_warned_by_one(self, first: User, second: User) -> None:
        assert sanctioned(second, first, Step.WARN).state == SanctionState.IN_FORCE

    @pytest.mark.parametrize("step", [Step.SUSPEND, Step.CLOSE])
    def test_the_only_open_operator_stays_open(
        self, step: Step, operator: User, first: User, second: User
    ) -> None:
        other = User.objects.create_superuser("other@example.com", "correct horse battery")
        proposals = [sanctioned(each, first, step) for each in (operator, other)]
        confirm(by=second, sanction=proposals[0], now=NOW)

        with pytest.raises(Refusal) as refusal:
            confirm(by=second, sanction=proposals[1], now=NOW)
        assert refusal.value.code == "last_operator"
        assert shut_by(other, NOW) is None
        decline(by=second, sanction=proposals[1], now=NOW)
        with pytest.raises(Refusal) as refusal:
            sanctioned(other, first, step)
        assert refusal.value.code == "last_operator"

    def test_an_operator_who_is_leaving_or_closed_does_not_count(self, operator: User, first: User) -> None:
        other = User.objects.create_superuser("other@example.com", "correct horse battery")
        for changes in ({"is_active": False}, {"is_active": True, "deletion_requested_at": NOW}):
            User.objects.filter(pk=other.pk).update(**changes)
            with pytest.raises(Refusal) as refusal:
                sanctioned(operator, first, Step.SUSPEND)
            assert refusal.value.code == "last_operator"
        sanctioned(operator, first)


@given(functions=st.frozensets(st.sampled_from(Function)))
def test_functions_are_read_as_they_were_written(functions: frozenset[Function]) -> None:
    assert read_functions(write_functions(functions)) == functions


def test_the_list_of_limited_accounts_agrees_with_each_account(
    user: User, other_user: User, staff_user: User, first: User
) -> None:
    sanctioned(user, first, functions=[Function.GENERATE])
    sanctioned(other_user, first, Step.SUSPEND)
    sanctioned(staff_user, first, Step.WARN)

    for function in Function:
        listed = set(limited_accounts({function}, NOW))
        assert listed == {each.pk for each in User.objects.all() if is_limited(each, function, NOW)}


def test_the_gravest_is_named_first(user: User, first: User) -> None:
    sanctioned(user, first)
    sanctioned(user, first, Step.SUSPEND)

    assert [each.step for each in limits_on(user, NOW)] == [Step.SUSPEND, Step.LIMIT]
