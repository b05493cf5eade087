"""Sanctions that two decide, and what the database holds of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from accounts.notices.models import Notice
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.sanctions.ended import of_sanctions
from accounts.sanctions.gate import Limited, require_open
from accounts.sanctions.models import Sanction
from accounts.sanctions.services import confirm, decline, withdraw
from accounts.sanctions.states import Function, SanctionState, Step
from accounts.users.models import User
from config import environment

from .decisions import NOW, open_functions, sanctioned

DAY = timedelta(days=1)


class TestFourEyes:
    def test_closing_waits_for_somebody_else(self, user: User, first: User, second: User) -> None:
        sanction = sanctioned(user, first, Step.CLOSE)
        assert open_functions(user, NOW) == set(Function)
        assert not Notice.objects.exists()

        confirm(by=second, sanction=sanction, now=NOW + DAY)

        assert open_functions(user, NOW + DAY) == set()
        assert open_functions(user, NOW + 9999 * DAY) == set()
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

        assert open_functions(user, NOW) == set(Function)
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
        changes = {
            "state": "in_force",
            "begins_at": NOW,
            "decided_at": NOW,
            "decided_by": by,
            "statement": "a statement",
        }

        with (
            pytest.raises(IntegrityError, match=r"sanction_(of_two_has_two|is_by_others)"),
            transaction.atomic(),
        ):
            Sanction.objects.filter(pk=proposed.pk).update(**changes)
