from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users import queries, services
from accounts.users.agreement_text import AgreementText
from accounts.users.models import Agreement, AgreementAcceptance, User
from tests.interleaved import at_once, outcomes

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
BodyOf = Callable[[Record, User], Any]


def _kinds() -> list[str]:
    return list(Record.objects.order_by("sequence").values_list("kind", flat=True))


class TestAccounts:
    def test_it_makes_an_account_with_a_confirmed_address(self, db: None) -> None:
        user = services.create_account(by=None, email="Cleo@Example.com", password="a long password")

        assert user.email == "cleo@example.com"
        assert user.check_password("a long password")
        address = EmailAddress.objects.get(user=user)
        assert (address.email, address.verified, address.primary) == ("cleo@example.com", True, True)
        assert _kinds() == ["account.created"]

    def test_it_lets_nobody_in_without_a_password(self, db: None) -> None:
        assert not services.create_account(by=None, email="cleo@example.com").has_usable_password()

    @pytest.mark.parametrize(
        ("email", "code"), [("ADA@example.com", "email_taken"), ("ada", "email_invalid")]
    )
    def test_it_refuses_an_address_that_is_taken_or_none(self, user: User, email: str, code: str) -> None:
        with pytest.raises(Refusal) as caught:
            services.create_account(by=None, email=email)
        assert caught.value.code == code
        assert _kinds() == []

    def test_it_makes_the_operator_once(self, db: None) -> None:
        password = services.ensure_operator(email="operator@example.com")

        operator = User.objects.get()
        assert password is not None
        assert len(password) == 16
        assert operator.check_password(password)
        assert operator.is_superuser
        assert services.ensure_operator(email="operator@example.com") is None
        assert services.ensure_operator(email="second@example.com") is None
        assert _kinds() == ["account.operator_created"]

    def test_it_makes_no_operator_of_somebody_elses_account(self, user: User) -> None:
        with pytest.raises(Refusal) as caught:
            services.ensure_operator(email=user.email)
        assert caught.value.code == "email_taken"


class TestAgreement:
    def test_it_publishes_the_shipped_agreement_once(self, db: None) -> None:
        first = services.publish_agreement(now=NOON)

        assert services.publish_agreement() == first
        assert first.published_at == NOON
        assert queries.current_agreement() == first
        assert _kinds() == ["agreement.published"]

    def test_it_refuses_an_agreement_that_does_not_explain_marking(self, db: None) -> None:
        with pytest.raises(Refusal) as caught:
            services.publish_agreement(text=AgreementText(2, "terms", "条款", "marks", ""))
        assert caught.value.code == "agreement_lacks_marking"
        assert queries.current_agreement() is None

    def test_it_refuses_other_words_under_a_published_version(self, agreement: Agreement) -> None:
        with pytest.raises(Refusal, match="publish these as a new version"):
            services.publish_agreement(text=AgreementText(agreement.version, "a", "b", "c", "d"))

    def test_it_is_accepted_once_and_recorded(
        self, user: User, agreement: Agreement, body_of: BodyOf
    ) -> None:
        assert queries.must_accept(user) == agreement
        acceptance = services.accept_agreement(by=user, version=agreement.version, now=NOON)

        assert services.accept_agreement(by=user, version=agreement.version) == acceptance
        assert (acceptance.accepted_at, acceptance.is_on_behalf) == (NOON, False)
        assert queries.must_accept(user) is None
        record = Record.objects.get(kind="agreement.accepted")
        assert user.producer_id.encode() in bytes(record.entry)
        assert body_of(record, user) == {
            "version": agreement.version,
            "sha256": agreement.sha256,
            "on_behalf": False,
            "session": "none",
        }

    def test_it_must_be_accepted_again_in_its_next_version(
        self, user: User, agreement: Agreement, next_agreement: Callable[[], Agreement]
    ) -> None:
        services.accept_agreement(by=user, version=agreement.version)
        newer = next_agreement()

        assert queries.must_accept(user) == newer
        with pytest.raises(Refusal) as caught:
            services.accept_agreement(by=user, version=agreement.version)
        assert caught.value.code == "agreement_outdated"
        assert queries.latest_acceptance_of(user).agreement == agreement

    def test_it_is_due_from_nobody_before_it_is_published(self, user: User) -> None:
        assert queries.must_accept(user) is None
        assert services.accept_on_behalf(by=None, user=user) is None
        with pytest.raises(Refusal):
            services.accept_agreement(by=user, version=1)

    def test_it_says_when_the_operator_answers_for_it(
        self, user: User, agreement: Agreement, body_of: BodyOf
    ) -> None:
        acceptance = services.accept_on_behalf(by=None, user=user)

        assert acceptance is not None
        assert acceptance.is_on_behalf
        record = Record.objects.get(kind="agreement.accepted")
        assert b'"actor":"system"' in bytes(record.entry)
        assert body_of(record, user)["on_behalf"] is True


class TestDeletion:
    def test_it_is_requested_once_and_can_be_taken_back(self, user: User) -> None:
        assert services.request_deletion(by=user, now=NOON).deletion_requested_at == NOON
        with pytest.raises(Refusal, match="already been requested"):
            services.request_deletion(by=user)
        assert services.cancel_deletion(by=user).deletion_requested_at is None
        with pytest.raises(Refusal, match="has not been requested"):
            services.cancel_deletion(by=user)
        assert _kinds() == ["account.deletion_requested", "account.deletion_cancelled"]


@pytest.mark.django_db(transaction=True)
def test_it_makes_one_operator_when_two_processes_start_at_once() -> None:
    passwords = at_once(*[lambda: services.ensure_operator(email="operator@example.com")] * 2)

    assert passwords.count(None) == 1
    assert User.objects.filter(is_superuser=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_accepts_once_when_somebody_clicks_twice(user: User, agreement: Agreement) -> None:
    done = outcomes(*[lambda: services.accept_agreement(by=user, version=agreement.version)] * 2)

    assert done == ["done", "done"]
    assert AgreementAcceptance.objects.count() == 1
    assert Record.objects.filter(kind="agreement.accepted").count() == 1
