from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.notices.models import Notice
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.sanctions.ended import of_sanctions
from accounts.sanctions.gate import Limited, require_open, require_unlimited
from accounts.sanctions.models import Sanction
from accounts.sanctions.queries import is_limited, limited_accounts, limits_on, shut_by
from accounts.sanctions.reasoning import Ground, Reasons, reasons_of
from accounts.sanctions.services import confirm, decline, lift, tell_of_ends, withdraw
from accounts.sanctions.states import Function, SanctionState, Step, read_functions, write_functions
from accounts.users.models import User
from accounts.vault.sealing import destroy
from config import environment

from .decisions import NOW, REASONS, moderator, sanctioned

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def _open_functions(user: User, now: Any) -> set[Function]:
    return {each for each in Function if not is_limited(user, each, now)}


class TestImpose:
    def test_it_warns_without_keeping_the_account_from_anything(self, user: User, first: User) -> None:
        sanction = sanctioned(user, first, Step.WARN)

        assert sanction.state == SanctionState.IN_FORCE
        assert _open_functions(user, NOW) == set(Function)

    def test_it_limits_the_functions_it_names_and_no_others(self, user: User, first: User) -> None:
        sanctioned(user, first, functions=[Function.DOWNLOAD, Function.PUBLISH])

        assert set(Function) - _open_functions(user, NOW) == {Function.DOWNLOAD, Function.PUBLISH}

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

        assert _open_functions(user, NOW) == set()
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
        assert _open_functions(second, NOW) == set(Function)

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


class TestFourEyes:
    def test_closing_waits_for_somebody_else(self, user: User, first: User, second: User) -> None:
        sanction = sanctioned(user, first, Step.CLOSE)
        assert _open_functions(user, NOW) == set(Function)
        assert not Notice.objects.exists()

        confirm(by=second, sanction=sanction, now=NOW + DAY)

        assert _open_functions(user, NOW + DAY) == set()
        assert _open_functions(user, NOW + 9999 * DAY) == set()
        with pytest.raises(Limited, match="closed"):
            require_open(user, now=NOW + DAY)
        assert Notice.objects.get(user=user).kind == "sanction.close"

    @pytest.mark.parametrize("act", [confirm, decline])
    def test_who_proposes_does_not_decide(
        self, act: Callable[..., None], user: User, first: User, second: User
    ) -> None:
        sanction = sanctioned(user, first, Step.CLOSE)
        with pytest.raises(Refusal) as refusal:
            act(by=first, sanction=sanction, now=NOW)
        assert refusal.value.code == "own_proposal"

        act(by=second, sanction=sanction, now=NOW)

        for again in (confirm, decline):
            with pytest.raises(Refusal) as refusal:
                again(by=second, sanction=sanction, now=NOW)
            assert refusal.value.code == "wrong_state"

    def test_a_declined_proposal_touches_nothing(self, user: User, first: User, second: User) -> None:
        decline(by=second, sanction=sanctioned(user, first, Step.CLOSE), now=NOW)

        assert _open_functions(user, NOW) == set(Function)
        assert not Notice.objects.exists()

    def test_who_proposed_takes_it_back_and_nobody_else(self, user: User, first: User, second: User) -> None:
        sanction = sanctioned(user, first, Step.CLOSE)
        with pytest.raises(Refusal) as refusal:
            withdraw(by=second, sanction=sanction, now=NOW)
        assert refusal.value.code == "not_proposer"

        withdraw(by=first, sanction=sanction, now=NOW)

        assert sanction.state == SanctionState.WITHDRAWN
        assert of_sanctions([sanction.log_subject]) == {sanction.log_subject: NOW}
        assert Record.objects.order_by("-sequence")[0].kind == "sanction.proposal_withdrawn"
        for act, by in ((withdraw, first), (confirm, second), (decline, second)):
            with pytest.raises(Refusal) as refusal:
                act(by=by, sanction=sanction, now=NOW)
            assert refusal.value.code == "wrong_state"
        assert not Notice.objects.exists()

    def test_the_database_lets_only_who_proposed_take_it_back(
        self, user: User, first: User, second: User
    ) -> None:
        row = Sanction.objects.filter(pk=sanctioned(user, first, Step.CLOSE).pk)
        for impossible in (
            {"state": "withdrawn", "decided_by": second},
            {"state": "declined", "decided_by": first},
        ):
            with pytest.raises(IntegrityError, match="of_two_has_two"), transaction.atomic():
                row.update(**impossible, decided_at=NOW)

    def test_suspending_needs_two_where_the_operator_says_so(
        self, user: User, first: User, second: User
    ) -> None:
        with override_settings(ENVIRONMENT=environment.read({"YINJI_SUSPEND_BY_TWO": "yes"})):
            sanction = sanctioned(user, first, Step.SUSPEND, days=10)

        assert sanction.state == SanctionState.PROPOSED
        confirm(by=second, sanction=sanction, now=NOW + 5 * DAY)
        assert sanction.ends_at == NOW + 15 * DAY  # days count from the beginning

    def test_the_account_holder_does_not_decide(self, first: User, second: User) -> None:
        sanction = sanctioned(second, first, Step.CLOSE)

        with pytest.raises(Refusal) as refusal:
            confirm(by=second, sanction=sanction, now=NOW)
        assert refusal.value.code == "own_account"


class TestLift:
    def test_it_opens_at_once_what_was_kept_shut(self, user: User, first: User) -> None:
        sanction = sanctioned(user, first, Step.SUSPEND)
        lift(by=first, sanction=sanction, now=NOW + DAY)

        assert _open_functions(user, NOW + DAY) == set(Function)
        assert shut_by(user, NOW + DAY) is None
        kinds = list(Record.objects.order_by("sequence").values_list("kind", flat=True))
        assert kinds == ["reasons.stated", "sanction.imposed", "sanction.lifted"]
        assert set(Notice.objects.values_list("kind", flat=True)) == {"sanction.suspend", "sanction.lifted"}

    def test_it_leaves_what_another_sanction_keeps(self, user: User, first: User) -> None:
        sanctioned(user, first, functions=[Function.GENERATE])
        lift(by=first, sanction=sanctioned(user, first, Step.SUSPEND), now=NOW)

        assert set(Function) - _open_functions(user, NOW) == {Function.GENERATE}

    def test_it_is_done_once(self, user: User, first: User) -> None:
        sanction = sanctioned(user, first)
        lift(by=first, sanction=sanction, now=NOW)

        with pytest.raises(Refusal) as refusal:
            lift(by=first, sanction=sanction, now=NOW)
        assert refusal.value.code == "wrong_state"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    standing=st.lists(st.frozensets(st.sampled_from(Function), min_size=1), max_size=2, unique=True),
    step=st.sampled_from([Step.WARN, Step.LIMIT, Step.SUSPEND]),
    functions=st.sets(st.sampled_from(Function), min_size=1),
    hours=st.integers(0, 40 * 24),
)
def test_lifting_leaves_everything_as_it_was(
    standing: list[frozenset[Function]],
    step: Step,
    functions: set[Function],
    hours: int,
    user: User,
    first: User,
) -> None:
    """Law of D-4: impose, then lift, and at every later moment the account stands as without it."""
    with transaction.atomic():
        for each in standing:
            sanctioned(user, first, functions=each, days=20)
        later = NOW + timedelta(hours=hours)
        before = _open_functions(user, later)
        sanction = sanctioned(user, first, step, functions=functions if step is Step.LIMIT else ())
        lift(by=first, sanction=sanction, now=NOW)

        assert _open_functions(user, later) == before
        assert Sanction.objects.count() == len(standing) + 1  # the history stays
        transaction.set_rollback(True)


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


class TestTellOfEnds:
    def test_it_tells_once_when_the_time_is_over(self, user: User, first: User) -> None:
        sanctioned(user, first, days=1)

        assert tell_of_ends(now=NOW + DAY - INSTANT) == 0
        assert tell_of_ends(now=NOW + DAY) == 1
        assert tell_of_ends(now=NOW + DAY) == 0
        assert Notice.objects.filter(kind="sanction.ended").count() == 1
        assert Record.objects.filter(kind="sanction.ended").count() == 1

    def test_a_warning_ends_in_silence(self, user: User, first: User) -> None:
        sanctioned(user, first, Step.WARN, days=1)

        assert tell_of_ends(now=NOW + DAY) == 1
        assert not Notice.objects.filter(kind="sanction.ended").exists()

    def test_it_goes_on_after_an_erasure(self, user: User, first: User) -> None:
        sanction = sanctioned(user, first, days=1)
        destroy(user)

        assert tell_of_ends(now=NOW + DAY) == 1
        assert reasons_of(Sanction.objects.get(pk=sanction.pk)) is None


class TestConstraints:
    @pytest.fixture
    def proposed(self, user: User, first: User) -> Sanction:
        return sanctioned(user, first, Step.CLOSE)

    @pytest.mark.parametrize(
        ("name", "changes"),
        [
            ("sanction_functions_are_of_a_limit", {"functions": ",publish,"}),
            ("sanction_ends_but_a_closure", {"days": 3}),
            ("sanction_has_its_times", {"begins_at": NOW}),
            ("sanction_closure_needs_two", {"needs_second": False, "state": "in_force", "begins_at": NOW}),
            ("sanction_lifted_has_a_time", {"lifted_at": NOW}),
        ],
    )
    def test_the_database_refuses_what_cannot_be(
        self, name: str, changes: dict[str, Any], proposed: Sanction
    ) -> None:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Sanction.objects.filter(pk=proposed.pk).update(**changes)

    @pytest.mark.parametrize("who", ["proposer", "holder"])
    def test_the_database_refuses_the_same_person_twice(
        self, who: str, proposed: Sanction, user: User, first: User
    ) -> None:
        by = first if who == "proposer" else user
        changes = {"state": "in_force", "begins_at": NOW, "decided_at": NOW, "decided_by": by}

        with (
            pytest.raises(IntegrityError, match=r"sanction_(of_two_has_two|is_by_others)"),
            transaction.atomic(),
        ):
            Sanction.objects.filter(pk=proposed.pk).update(**changes)
