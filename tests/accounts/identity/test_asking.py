"""What becomes of a claim that a provider outside is asked about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.identity import asking, attempts, queries, questions, services
from accounts.identity.documents import DocumentType
from accounts.identity.levels import Level
from accounts.identity.models import AttemptCounter, IdentityCheck, IdentityClaim, IdentityQuestion
from accounts.identity.providers.protocol import Finding, Trouble
from accounts.identity.states import QUESTION_TRANSITIONS, ClaimState, QuestionState
from accounts.identity.tasks import ask as ask_task
from accounts.identity.tasks import sweep as sweep_task
from accounts.records.models import Record
from accounts.users.models import User
from accounts.vault.sealing import destroy
from config.environment import read

from .asked import environment_of
from .providers.asked_adapters import NOON, STATED, Adapter, Stated, fresh
from .providers.fake_servers import ADA, said

BodyOf = Callable[[Record, User], Any]
DIRECT = ("aliyun", "aliyun-phone", "tencent", "tencent-phone")


@pytest.fixture(params=DIRECT)
def asked(request: pytest.FixtureRequest, running: dict[str, Adapter], settings: Settings) -> Stated:
    """The installation's provider, one after the other."""
    return _installed(request.param, running, settings)


@pytest.fixture
def aliyun(running: dict[str, Adapter], settings: Settings) -> Stated:
    """The installation's provider."""
    return _installed("aliyun", running, settings)


def _installed(name: str, running: dict[str, Adapter], settings: Settings) -> Stated:
    found = fresh(running[name])
    assert isinstance(found, Stated)
    settings.ENVIRONMENT = environment_of(name, found)
    return found


def _submit(user: User, finding: Finding = Finding.MATCH, **given: Any) -> IdentityClaim:
    name, number, phone = STATED[finding]
    facts = {
        "document_type": DocumentType.RESIDENT_ID,
        "name": name,
        "number": number,
        "phone": phone,
        "now": NOON,
    }
    return services.submit_claim(**{"by": user, **facts, **given})


def _sweep(after: timedelta = timedelta()) -> int:
    return asking.sweep(NOON + after, 20)


class TestEveryProvider:
    def test_a_match_verifies_as_checked_by_a_third_party(
        self, user: User, asked: Stated, body_of: BodyOf
    ) -> None:
        claim = _submit(user)
        assert (claim.state, queries.is_verified(user), asked.server.asked) == (ClaimState.PENDING, False, [])

        assert _sweep() == 1
        claim.refresh_from_db()
        assert (claim.state, claim.level) == (ClaimState.VERIFIED, Level.THIRD_PARTY_MATCH)
        check = IdentityCheck.objects.get()
        assert (check.claim, check.finding, check.level, check.attempt) == (claim, "match", 3, 1)
        body = body_of(Record.objects.get(kind="identity.verified"), user)
        assert body["provider"] == claim.provider
        assert (body["reference"], body["method"], body["attempt"]) == (check.reference, check.method, 1)
        assert body["evidence"] == bytes(check.evidence).hex() == bytes(claim.evidence).hex()

    @pytest.mark.parametrize("finding", [Finding.MISMATCH, Finding.NO_RECORD, Finding.INVALID_INPUT])
    def test_a_no_turns_down_and_empties(self, user: User, asked: Stated, finding: Finding) -> None:
        claim = _submit(user, finding)
        _sweep()
        claim.refresh_from_db()
        assert (claim.state, claim.level, bytes(claim.sealed_number)) == (
            ClaimState.REJECTED,
            Level.NONE,
            b"",
        )
        assert claim.reason
        assert IdentityCheck.objects.get().finding == finding

    def test_an_outage_leaves_it_waiting_and_asks_again_later(self, user: User, asked: Stated) -> None:
        asked.server.mishap = lambda request: said(503, {})
        claim = _submit(user)
        _sweep()
        claim.refresh_from_db()
        question = IdentityQuestion.objects.get()
        assert (claim.state, queries.is_verified(user)) == (ClaimState.PENDING, False)
        assert (question.state, question.trouble, question.attempts) == ("waiting", Trouble.OUTAGE, 1)

        assert _sweep(timedelta(seconds=29)) == 0
        asked.server.mishap = None
        assert _sweep(timedelta(seconds=30)) == 1
        assert queries.level_of(user) == Level.THIRD_PARTY_MATCH

    @pytest.mark.parametrize("is_stranger", [False, True])
    def test_an_answer_that_was_given_before_verifies_nobody(
        self, user: User, other_user: User, asked: Stated, is_stranger: bool
    ) -> None:
        kept, usual = [], asked.server.respond
        asked.server.mishap = lambda request: kept.append(usual(request)) or kept[0]
        _submit(user)
        _sweep()
        claim = _submit(other_user, Finding.NO_RECORD if is_stranger else Finding.MATCH)
        _sweep()
        claim.refresh_from_db()
        question = IdentityQuestion.objects.get(claim=claim)
        assert (len(kept), claim.state, claim.level) == (2, ClaimState.PENDING, Level.NONE)
        assert (question.state, question.trouble) == (QuestionState.HANDED_ON, Trouble.FORGED)

    def test_nothing_is_kept_of_what_was_asked(self, user: User, asked: Stated) -> None:
        _submit(user)
        _sweep()
        question = IdentityQuestion.objects.get()
        assert bytes(question.sealed_journey) == bytes(question.sealed_code) == b""
        kept = repr([*IdentityCheck.objects.values(), *IdentityQuestion.objects.values()])
        assert not any(each in kept for each in ADA)

    def test_an_erasure_leaves_nothing_to_ask_and_no_number_of_the_provider(
        self, user: User, asked: Stated
    ) -> None:
        asked.server.mishap = lambda request: said(503, {})
        _submit(user)
        _sweep()
        services.erase(by=None, user=user, now=NOON)
        asked.server.mishap = None
        assert _sweep(timedelta(days=1)) == 0
        assert set(IdentityCheck.objects.values_list("reference", flat=True)) == {""}
        assert IdentityQuestion.objects.get().state == QuestionState.OVER


class TestAsking:
    def test_it_is_the_worker_that_asks_once_the_claim_is_committed(
        self, user: User, aliyun: Stated, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        with django_capture_on_commit_callbacks() as callbacks:
            _submit(user, now=None)
        assert len(callbacks) == 1
        ask_task(IdentityQuestion.objects.get().pk)
        assert len(aliyun.server.asked) == 1
        sweep_task()
        assert len(aliyun.server.asked) == 1

    @pytest.mark.django_db(transaction=True)
    def test_no_transaction_is_open_while_it_asks(self, user: User, aliyun: Stated) -> None:
        claim, usual = _submit(user), aliyun.server.respond
        # From another connection: a writer that held the database would keep this from being written.
        aliyun.server.mishap = lambda request: (_write_elsewhere(), usual(request))[1]
        _sweep()
        claim.refresh_from_db()
        assert claim.state == ClaimState.VERIFIED
        assert AttemptCounter.objects.filter(scope="written").exists()

    def test_it_is_handed_to_staff_after_five_vain_attempts(self, user: User, aliyun: Stated) -> None:
        aliyun.server.mishap = lambda request: said(503, {})
        claim, after = _submit(user), timedelta()
        for pause in (*asking.PAUSES, timedelta()):
            assert _sweep(after) == 1
            after += pause
        question = IdentityQuestion.objects.get()
        assert (question.state, question.attempts, question.due_at) == ("handed_on", 5, None)
        assert _sweep(timedelta(days=30)) == 0
        assert claim in queries.queue()

    def test_staff_decides_where_the_installation_asks_another_one_by_now(
        self, user: User, aliyun: Stated, settings: Settings
    ) -> None:
        _submit(user)
        settings.ENVIRONMENT = read({"YINJI_IDENTITY_PROVIDER": "tencent"})
        _sweep()
        assert IdentityQuestion.objects.get().state == QuestionState.HANDED_ON
        assert aliyun.server.asked == []

    def test_staff_may_decide_before_it_answers(self, user: User, staff_user: User, aliyun: Stated) -> None:
        claim = _submit(user)
        services.approve(by=staff_user, claim=claim, now=NOON)
        assert _sweep() == 0
        assert queries.level_of(user) == Level.OPERATOR_CHECKED
        assert IdentityQuestion.objects.get().state == QuestionState.OVER

    def test_one_that_is_withdrawn_is_not_asked_about(self, user: User, aliyun: Stated) -> None:
        _submit(user)
        services.withdraw(by=user, now=NOON)
        assert _sweep() == 0
        assert aliyun.server.asked == []

    def test_an_answer_that_comes_after_the_withdrawal_changes_nothing(
        self, user: User, aliyun: Stated
    ) -> None:
        claim, usual = _submit(user), aliyun.server.respond
        question = asking._claim(IdentityQuestion.objects.get().pk, NOON)
        services.withdraw(by=user, now=NOON)
        assert question is not None
        answer = asking.registry.current().check(asking.ClaimFacts(ADA[0], _document()), NOON)
        asking._settle(question, answer, NOON)
        claim.refresh_from_db()
        assert (claim.state, IdentityCheck.objects.count(), usual is not None) == (ClaimState.ENDED, 0, True)

    def test_what_cannot_be_opened_is_over(
        self, user: User, aliyun: Stated, caplog: pytest.LogCaptureFixture
    ) -> None:
        _submit(user)
        destroy(user)
        assert _sweep() == 1
        assert IdentityQuestion.objects.get().state == QuestionState.OVER
        assert "cannot be opened" in caplog.text

    def test_a_document_of_another_account_is_asked_about_like_any_other_and_then_waits_for_staff(
        self, user: User, other_user: User, aliyun: Stated
    ) -> None:
        _submit(user)
        _sweep()
        second = _submit(other_user)
        assert (_sweep(), IdentityQuestion.objects.get(claim=second).state) == (1, QuestionState.ANSWERED)
        second.refresh_from_db()
        assert (second.state, second.reason) == (ClaimState.PENDING, "")

    def test_with_a_wrong_name_nobody_learns_that_a_number_is_taken(
        self, user: User, other_user: User, aliyun: Stated
    ) -> None:
        _submit(user)
        _sweep()
        guess = _submit(other_user, Finding.MISMATCH)
        _sweep()
        guess.refresh_from_db()
        assert (guess.state, guess.indexes.exists()) == (ClaimState.REJECTED, False)

    def test_a_passport_waits_for_staff(self, user: User, aliyun: Stated) -> None:
        claim = _submit(user, document_type=DocumentType.PASSPORT, number="E12345678")
        assert (claim.provider, IdentityQuestion.objects.exists()) == ("manual", False)

    def test_a_telephone_number_that_cannot_be_one_is_refused(self, user: User, aliyun: Stated) -> None:
        with pytest.raises(services.Refusal) as caught:
            _submit(user, phone="12345")
        assert caught.value.code == "phone"


class TestLimits:
    def test_beyond_three_a_day_staff_decides(self, user: User, aliyun: Stated) -> None:
        after = timedelta()
        for pause in (*attempts.PAUSES[:2], timedelta()):
            _submit(user, Finding.MISMATCH, now=NOON + after)
            _sweep(after)
            after += pause
        claim = _submit(user, now=NOON + timedelta(hours=3))
        assert (claim.provider, claim.state) == ("manual", ClaimState.PENDING)
        assert claim in queries.queue()
        assert len(aliyun.server.asked) == 3

    def test_a_no_makes_the_next_one_wait(self, user: User, aliyun: Stated) -> None:
        _submit(user, Finding.MISMATCH)
        _sweep()
        assert _submit(user, now=NOON + timedelta(seconds=59)).provider == "manual"
        services.withdraw(by=user, now=NOON)
        assert _submit(user, now=NOON + timedelta(seconds=61)).provider == "aliyun"

    def test_many_accounts_do_not_find_out_who_belongs_to_a_number(self, aliyun: Stated, db: None) -> None:
        for index in range(5):
            guesser = User.objects.create_user(f"guesser{index}@example.com")
            _submit(guesser, name=f"猜猜{'一二三四五'[index]}", now=NOON)
        assert IdentityQuestion.objects.count() == attempts.LIMITS[attempts.Scope.DOCUMENT]


class TestQuestions:
    @pytest.mark.parametrize(
        "fields",
        [
            {"state": "over", "sealed_journey": b"x", "due_at": None},
            {"state": "waiting", "due_at": None},
            {"state": "away"},
        ],
    )
    def test_the_database_refuses_impossible_ones(
        self, user: User, aliyun: Stated, fields: dict[str, Any]
    ) -> None:
        _submit(user)
        with pytest.raises(IntegrityError), transaction.atomic():
            IdentityQuestion.objects.update(**fields)

    @pytest.mark.parametrize(
        "fields",
        [
            {"level": 0},
            {"finding": "mismatch"},
            {"trouble": "outage"},
            {"finding": "unavailable", "level": 0},
        ],
    )
    def test_it_refuses_impossible_checks(self, user: User, aliyun: Stated, fields: dict[str, Any]) -> None:
        _submit(user)
        _sweep()
        with pytest.raises(IntegrityError), transaction.atomic():
            IdentityCheck.objects.update(**fields)

    def test_every_state_is_reached_and_no_end_is_left(self) -> None:
        assert {each for following in QUESTION_TRANSITIONS.values() for each in following} == set(
            QuestionState
        ) - {QuestionState.AWAY}
        assert set(questions.EMPTIED) == {
            "sealed_journey",
            "sealed_code",
            "network",
            "due_at",
        }

    def test_they_say_what_they_are(self, user: User, aliyun: Stated) -> None:
        _submit(user)
        assert str(IdentityQuestion.objects.get()) == f"question of {user} to aliyun: waiting"
        _sweep()
        assert str(IdentityCheck.objects.get()) == f"aliyun about {user}: match"
        assert str(AttemptCounter.objects.filter(scope="account").get()) == "account: 1"


def _document() -> Any:
    return asking.Document(DocumentType.RESIDENT_ID, ADA[1])


def _write_elsewhere() -> None:
    try:
        AttemptCounter.objects.create(scope="written", key=b"1", since=NOON, due_at=NOON)
    finally:
        connection.close()
