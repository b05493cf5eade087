from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.identity import queries, services
from accounts.identity.claim_vault import name_of
from accounts.identity.documents import DocumentType
from accounts.identity.levels import Level
from accounts.identity.models import IdentityClaim
from accounts.identity.references import commitment_to
from accounts.identity.states import TRANSITIONS, ClaimState
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from accounts.vault.keeper import Field, open_fields
from accounts.vault.sealing import Damaged
from tests.unrecorded import unrecorded

NAME, NUMBER = "欧阳娜娜", "11010519491231002X"
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)

Submit = Callable[..., IdentityClaim]
BodyOf = Callable[[Record, User], Any]


def _kinds() -> list[str]:
    return list(Record.objects.order_by("sequence").values_list("kind", flat=True))


class TestDeciding:
    def test_it_is_accepted_as_checked_by_the_operators_staff(
        self, user: User, staff_user: User, pending: Submit, body_of: BodyOf
    ) -> None:
        claim = services.approve(by=staff_user, claim=pending(user), now=NOON)

        assert (claim.state, claim.level, claim.provider) == ("verified", Level.OPERATOR_CHECKED, "manual")
        assert (claim.decided_at, claim.decided_by) == (NOON, staff_user)
        record = Record.objects.get(kind="identity.verified")
        assert record.subject == f"user:{user.producer_id}"
        assert staff_user.producer_id.encode() in bytes(record.entry)
        assert body_of(record, user) == {
            "claim": str(claim.reference),
            "document": "resident_id",
            "number": "11••••2X",
            "provider": "manual",
            "level": 2,
            "commitment": commitment_to(claim),
            "attempt": 1,
            "statement": "Checked by the operator's staff, not verified by a third party",
            "method": "review",
            "session": "none",
        }

    def test_it_is_turned_down_with_a_reason_and_emptied(
        self, user: User, staff_user: User, pending: Submit, body_of: BodyOf
    ) -> None:
        claim = services.reject(by=staff_user, claim=pending(user), reason=" Name unreadable ", now=NOON)

        assert (claim.state, claim.reason, claim.decided_by) == ("rejected", "Name unreadable", staff_user)
        assert bytes(claim.sealed_name) == bytes(claim.sealed_number) == bytes(claim.sealed_mask) == b""
        assert not claim.indexes.exists()
        assert body_of(Record.objects.get(kind="identity.rejected"), user)["reason"] == "Name unreadable"

    @pytest.mark.parametrize(("reason", "code"), [(" ", "reason_missing"), ("x" * 501, "reason_length")])
    def test_it_is_not_turned_down_without_a_fit_reason(
        self, user: User, staff_user: User, pending: Submit, reason: str, code: str
    ) -> None:
        with pytest.raises(Refusal) as caught:
            services.reject(by=staff_user, claim=pending(user), reason=reason)
        assert caught.value.code == code

    def test_it_is_never_decided_by_the_claimant(self, staff_user: User, pending: Submit) -> None:
        claim = pending(staff_user)
        with pytest.raises(Refusal, match="their own identity"):
            services.approve(by=staff_user, claim=claim)
        with pytest.raises(Refusal, match="their own identity"):
            services.reject(by=staff_user, claim=claim, reason="No")

    def test_it_is_decided_once(self, user: User, staff_user: User, operator: User, pending: Submit) -> None:
        claim = pending(user)
        read_before = IdentityClaim.objects.get(pk=claim.pk)
        services.approve(by=staff_user, claim=claim)
        with pytest.raises(Refusal, match="already been decided"):
            services.reject(by=operator, claim=read_before, reason="Too late")
        with pytest.raises(Refusal, match="already been decided"):
            services.approve(by=operator, claim=claim)
        assert _kinds() == ["identity.submitted", "identity.verified"]

    def test_it_is_withdrawn_by_its_claimant(self, user: User, pending: Submit) -> None:
        pending(user)
        claim = services.withdraw(by=user, now=NOON)

        assert (claim.state, claim.decided_by) == ("ended", user)
        with pytest.raises(Damaged):
            name_of(claim)
        assert _kinds() == ["identity.submitted", "identity.withdrawn"]

    def test_it_cannot_be_withdrawn_when_there_is_none_or_it_is_accepted(
        self, user: User, accepted: Submit
    ) -> None:
        with pytest.raises(Refusal, match="no claim of yours"):
            services.withdraw(by=user)
        accepted(user)
        with pytest.raises(Refusal, match="no claim of yours"):
            services.withdraw(by=user)

    def test_it_ends_and_closes_the_gate_but_stays_traceable(
        self, user: User, operator: User, accepted: Submit, keeper: None
    ) -> None:
        claim = services.end(by=operator, claim=accepted(user), reason="Reported as fraud", now=NOON)

        assert (claim.state, claim.level) == ("ended", Level.NONE)
        assert not queries.is_verified(user)
        assert open_fields(claim.reference, frozenset({Field.NAME})) == {Field.NAME: NAME}
        assert _kinds()[-1] == "identity.ended"

    @pytest.mark.parametrize("state", ClaimState)
    def test_it_moves_only_as_the_table_says(self, user: User, staff_user: User, state: ClaimState) -> None:
        moves: dict[ClaimState, Callable[[IdentityClaim], object]] = {
            ClaimState.VERIFIED: lambda claim: services.approve(by=staff_user, claim=claim),
            ClaimState.REJECTED: lambda claim: services.reject(by=staff_user, claim=claim, reason="No"),
        }
        for target, move in moves.items():
            claim = _in_state(user, state)
            if target in TRANSITIONS[state]:
                move(claim)
                assert claim.state == target
            else:
                with pytest.raises(Refusal, match="already been decided"):
                    move(claim)
            IdentityClaim.objects.all().delete()


def _in_state(user: User, state: ClaimState) -> IdentityClaim:
    claim = services.submit_claim(
        by=user, document_type=DocumentType.RESIDENT_ID, name=NAME, number=NUMBER, now=NOON
    )
    if state is not ClaimState.PENDING:
        level = Level.SELF_ASSERTED if state is ClaimState.VERIFIED else Level.NONE
        with unrecorded():
            IdentityClaim.objects.update(state=state, level=level, decided_at=NOON)
        claim.refresh_from_db()
    return claim
