from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.identity import queries, services
from accounts.identity.claim_vault import masked_number_of, name_of, number_of
from accounts.identity.documents import Document, DocumentType
from accounts.identity.levels import Level
from accounts.identity.models import IdentityClaim
from accounts.identity.providers.protocol import Answer, ClaimFacts, Evidence, Finding, Trouble
from accounts.identity.settling import settle
from accounts.identity.states import ClaimState
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from accounts.vault.sealing import Damaged, destroy

NAME, NUMBER, OTHER_NUMBER = "欧阳娜娜", "11010519491231002X", "810000199001010019"
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)

Submit = Callable[..., IdentityClaim]
BodyOf = Callable[[Record, User], Any]


@dataclass(frozen=True)
class ScriptedProvider:
    """A provider that answers what the test wrote down."""

    finding: Finding
    name: str = "aliyun"
    is_outside: bool = False

    def can_judge(self, facts: ClaimFacts) -> bool:
        return True

    def check(self, facts: ClaimFacts, now: datetime) -> Answer:
        is_match = self.finding is Finding.MATCH
        return Answer(
            self.finding,
            self.name,
            "Id2MetaVerify",
            now,
            Level.THIRD_PARTY_MATCH if is_match else Level.NONE,
            "reference-1",
            Evidence.of(b"{}"),
            None if self.finding is not Finding.UNAVAILABLE else Trouble.TIMED_OUT,
        )


@pytest.fixture
def answered(pending: Submit) -> Submit:
    """Make a claim and act on what its provider says."""

    def submit(user: User, *, provider: ScriptedProvider) -> IdentityClaim:
        claim = pending(user, provider=provider)
        facts = ClaimFacts(name_of(claim), Document(DocumentType.RESIDENT_ID, number_of(claim)))
        answer = provider.check(facts, NOON)
        with transaction.atomic():
            settle(claim, answer, NOON)
        return claim

    return submit


def _kinds() -> list[str]:
    return list(Record.objects.order_by("sequence").values_list("kind", flat=True))


class TestSubmitting:
    def test_it_waits_for_staff(self, user: User, pending: Submit) -> None:
        claim = pending(user, now=NOON)

        assert (claim.state, claim.level, claim.decided_at) == ("pending", Level.NONE, None)
        assert claim.submitted_at == NOON
        assert (name_of(claim), number_of(claim)) == (NAME, NUMBER)
        assert not queries.is_verified(user)
        assert _kinds() == ["identity.submitted"]

    def test_it_is_accepted_at_the_lowest_level_by_the_local_provider(
        self, user: User, accepted: Submit
    ) -> None:
        claim = accepted(user, now=NOON)

        assert (claim.state, claim.level, claim.provider) == ("verified", Level.SELF_ASSERTED, "local")
        assert queries.level_of(user) is Level.SELF_ASSERTED
        assert queries.is_verified(user)
        assert _kinds() == ["identity.submitted", "identity.checked", "identity.verified"]

    def test_it_takes_the_level_that_a_provider_gives(
        self, user: User, answered: Submit, body_of: BodyOf
    ) -> None:
        claim = answered(user, provider=ScriptedProvider(Finding.MATCH))
        assert (claim.level, claim.method) == (Level.THIRD_PARTY_MATCH, "Id2MetaVerify")
        body = body_of(Record.objects.get(kind="identity.verified"), user)
        assert (body["reference"], body["finding"], body["attempt"]) == ("reference-1", "match", 1)
        salt = bytes.fromhex(body["salt"])
        assert body["evidence"] == bytes(claim.evidence).hex() == hashlib.sha256(salt + b"{}").hexdigest()

    def test_it_is_never_let_in_by_an_outage(self, user: User, answered: Submit) -> None:
        claim = answered(user, provider=ScriptedProvider(Finding.UNAVAILABLE))
        assert claim.state == ClaimState.PENDING

    @pytest.mark.parametrize("finding", [Finding.MISMATCH, Finding.NO_RECORD, Finding.INVALID_INPUT])
    def test_it_is_turned_down_and_emptied_by_a_providers_no(
        self, user: User, answered: Submit, finding: Finding
    ) -> None:
        claim = answered(user, provider=ScriptedProvider(finding))

        assert claim.state == ClaimState.REJECTED
        assert claim.reason
        assert bytes(claim.sealed_name) == bytes(claim.sealed_number) == bytes(claim.sealed_mask) == b""
        assert not claim.indexes.exists()
        assert _kinds() == ["identity.submitted", "identity.rejected"]

    def test_it_asks_the_provider_of_the_installation(self, user: User) -> None:
        claim = services.submit_claim(
            by=user, document_type=DocumentType.PASSPORT, name="Ada Lovelace", number="E12345678"
        )
        assert claim.provider == "manual"

    @pytest.mark.parametrize(
        ("given", "code"),
        [({"number": "110105194912310021"}, "check_character"), ({"name": "<b>"}, "name_characters")],
    )
    def test_it_is_refused_for_bad_input_and_leaves_nothing(
        self, user: User, pending: Submit, given: dict[str, str], code: str
    ) -> None:
        with pytest.raises(Refusal) as caught:
            pending(user, **given)
        assert (caught.value.code, caught.value.status) == (code, 422)
        assert not IdentityClaim.objects.exists()
        assert not Record.objects.exists()

    def test_it_judges_age_by_the_day_of_the_clock_it_is_given(self, user: User, pending: Submit) -> None:
        before_birth = datetime(1949, 12, 30, 12, tzinfo=UTC)
        with pytest.raises(Refusal) as caught:
            pending(user, now=before_birth)
        assert caught.value.code == "birth_date"

    def test_it_is_refused_while_another_waits(self, user: User, pending: Submit) -> None:
        pending(user)
        with pytest.raises(Refusal, match="already waiting"):
            pending(user, OTHER_NUMBER)

    def test_it_is_refused_when_one_is_accepted(self, user: User, accepted: Submit) -> None:
        accepted(user)
        with pytest.raises(Refusal, match="already has an accepted"):
            accepted(user, OTHER_NUMBER)

    def test_it_is_refused_after_five_in_a_day(self, user: User, pending: Submit) -> None:
        for minute in range(services.CLAIMS_PER_DAY):
            pending(user, now=NOON + timedelta(minutes=minute))
            services.withdraw(by=user, now=NOON + timedelta(minutes=minute))
        with pytest.raises(Refusal) as caught:
            pending(user, now=NOON + timedelta(hours=23))
        assert (caught.value.code, caught.value.status) == ("too_many_claims", 429)
        assert pending(user, now=NOON + timedelta(days=1)).state == ClaimState.PENDING


class TestDuplicates:
    def test_it_waits_for_staff_without_a_word_when_the_document_is_taken(
        self, user: User, other_user: User, accepted: Submit
    ) -> None:
        accepted(user)
        second = accepted(other_user, "110105 19491231 002x")

        assert second.state == ClaimState.PENDING
        assert second.reason == ""
        assert queries.is_document_taken(second)
        assert _kinds()[-2:] == ["identity.submitted", "identity.checked"]

    def test_it_is_refused_to_the_reviewer(
        self, user: User, other_user: User, staff_user: User, accepted: Submit
    ) -> None:
        accepted(user)
        second = accepted(other_user)
        with pytest.raises(Refusal, match="Another account is already verified") as caught:
            services.approve(by=staff_user, claim=second)
        assert caught.value.code == "document_taken"
        assert IdentityClaim.objects.get(pk=second.pk).state == ClaimState.PENDING

    def test_it_stays_waiting_when_the_other_is_accepted_while_the_provider_thinks(
        self, user: User, other_user: User, pending: Submit, answered: Submit, staff_user: User
    ) -> None:
        first = pending(user)

        class SlowProvider(ScriptedProvider):
            def check(self, facts: ClaimFacts, now: datetime) -> Answer:
                services.approve(by=staff_user, claim=first)
                return super().check(facts, now)

        second = answered(other_user, provider=SlowProvider(Finding.MATCH))
        assert second.state == ClaimState.PENDING
        assert not queries.is_verified(other_user)

    def test_it_is_free_again_once_the_first_claim_ended(
        self, user: User, other_user: User, accepted: Submit
    ) -> None:
        services.end(by=None, claim=accepted(user), reason="Account closed")
        assert accepted(other_user).state == ClaimState.VERIFIED

    def test_it_may_be_two_kinds_of_document_with_one_number(
        self, user: User, other_user: User, accepted: Submit
    ) -> None:
        accepted(user, document_type=DocumentType.PASSPORT, number="12345678")
        second = accepted(other_user, document_type=DocumentType.TRAVEL_PERMIT, number="12345678")
        assert second.state == ClaimState.VERIFIED


class TestVouching:
    def test_it_is_the_operators_word_and_says_so(self, user: User, body_of: BodyOf) -> None:
        claim = services.vouch(
            by=None, user=user, document_type=DocumentType.RESIDENT_ID, name=NAME, number=NUMBER, now=NOON
        )
        assert (claim.state, claim.level, claim.provider) == ("verified", Level.OPERATOR_CHECKED, "operator")
        assert (claim.decided_at, claim.decided_by) == (NOON, None)
        record = Record.objects.get()
        assert b'"actor":"system"' in bytes(record.entry)
        assert body_of(record, user)["provider"] == "operator"

    def test_it_is_refused_for_a_document_of_another_account(
        self, user: User, other_user: User, accepted: Submit
    ) -> None:
        accepted(user)
        with pytest.raises(Refusal) as caught:
            services.vouch(
                by=None, user=other_user, document_type=DocumentType.RESIDENT_ID, name=NAME, number=NUMBER
            )
        assert caught.value.code == "document_taken"

    def test_it_is_refused_while_a_claim_is_open(self, user: User, pending: Submit) -> None:
        pending(user)
        with pytest.raises(Refusal) as caught:
            services.vouch(
                by=None, user=user, document_type=DocumentType.RESIDENT_ID, name=NAME, number=NUMBER
            )
        assert caught.value.code == "claim_open"


class TestRevealing:
    def test_it_shows_name_and_number_and_records_who_looked(
        self, user: User, staff_user: User, pending: Submit
    ) -> None:
        clear = services.reveal(by=staff_user, claim=pending(user))

        assert (clear.name, clear.number) == (NAME, NUMBER)
        assert NAME not in repr(clear)
        assert NUMBER not in repr(clear)
        record = Record.objects.get(kind="identity.viewed")
        assert staff_user.producer_id.encode() in bytes(record.entry)

    def test_it_shows_nothing_once_decided(self, user: User, staff_user: User, accepted: Submit) -> None:
        with pytest.raises(Refusal, match="already been decided"):
            services.reveal(by=staff_user, claim=accepted(user))
        assert "identity.viewed" not in _kinds()


class TestQueries:
    def test_it_knows_nobody_before_a_claim(self, user: User) -> None:
        assert queries.level_of(user) is Level.NONE
        assert queries.open_claim_of(user) is None
        assert queries.latest_claim_of(user) is None

    def test_it_finds_the_latest_claim_whatever_became_of_it(self, user: User, pending: Submit) -> None:
        pending(user, now=NOON)
        services.withdraw(by=user)
        second = pending(user, now=NOON + timedelta(minutes=1))
        assert queries.latest_claim_of(user) == queries.open_claim_of(user) == second

    def test_it_lists_waiting_claims_oldest_first(
        self, user: User, other_user: User, operator: User, pending: Submit, accepted: Submit
    ) -> None:
        late = pending(user, now=NOON)
        early = pending(other_user, OTHER_NUMBER, now=NOON - timedelta(hours=1))
        accepted(operator, "820000199001010010")
        assert list(queries.queue()) == [early, late]


def test_it_writes_no_name_and_no_number_into_log_lines(
    user: User, staff_user: User, pending: Submit, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        services.approve(by=staff_user, claim=pending(user))
    written = caplog.text + "".join(str(record.args) for record in caplog.records)
    assert NAME not in written
    assert NUMBER not in written


def test_it_cannot_be_opened_in_another_claim_or_column(user: User, pending: Submit) -> None:
    first = pending(user)
    kept_name = bytes(first.sealed_name)
    first.sealed_name, first.sealed_number = first.sealed_number, kept_name
    with pytest.raises(Damaged):
        name_of(first)
    services.withdraw(by=user)
    second = pending(user)
    second.sealed_name = kept_name
    with pytest.raises(Damaged):
        name_of(second)


def test_it_is_gone_when_the_persons_key_is_destroyed(user: User, accepted: Submit) -> None:
    claim = accepted(user)
    destroy(claim.user)
    assert masked_number_of(claim) == "••••"
