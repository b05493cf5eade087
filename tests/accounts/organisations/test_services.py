"""C-12: whoever acts for an organisation has a mandate at that moment, and the records name both."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.identity import services as identity
from accounts.identity.documents import DocumentType
from accounts.identity.models import IdentityClaim
from accounts.identity.queries import verified_claim_of
from accounts.notices.models import Notice
from accounts.organisations import queries, services
from accounts.organisations.acting import act_for
from accounts.organisations.models import Mandate, Organisation
from accounts.organisations.states import TRANSITIONS, OrganisationState, Scope, read_scopes, write_scopes
from accounts.proposals.stakes import holders_of
from accounts.records.deep import body_of
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.erasure import RETENTION, erase_account
from accounts.users.models import User
from tests.unrecorded import unrecorded

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
USCC, OTHER_USCC = "91110102MACQD9K640", "91440300708461136T"
PUBLISH = frozenset({Scope.PUBLISH})


def _verified(user: User, number: str) -> User:
    kind = DocumentType.PASSPORT
    identity.vouch(by=None, user=user, document_type=kind, name="Ada", number=number, now=NOON)
    return user


@pytest.fixture
def head(user: User) -> User:
    """Somebody verified as a person."""
    return _verified(user, "E12345678")


@pytest.fixture
def delegate(other_user: User) -> User:
    """Somebody else who is."""
    return _verified(other_user, "E87654321")


@pytest.fixture
def waiting(head: User) -> Organisation:
    return services.register(by=head, name="Studio", uscc="9111 0102 macqd9k640", now=NOON)


@pytest.fixture
def studio(waiting: Organisation, staff_user: User) -> Organisation:
    """An organisation that staff accepted."""
    return services.approve(by=staff_user, organisation=waiting, now=NOON)


@pytest.fixture
def mandate(studio: Organisation, head: User, delegate: User) -> Mandate:
    """May publish for ten days."""
    return _give(head, studio, delegate)


def _give(by: User, organisation: Organisation, delegate: User, **given: Any) -> Mandate:
    facts: dict[str, Any] = {
        "scopes": PUBLISH,
        "ends_at": NOON + 10 * DAY,
        "now": NOON,
        "delegate_id": delegate.producer_id,
    }
    return services.give_mandate(by=by, organisation=organisation, **{**facts, **given})


def _code(act: Any, *given: Any, **named: Any) -> str:
    with pytest.raises(Refusal) as caught:
        act(*given, **named)
    return caught.value.code


class TestRegistering:
    def test_it_waits_for_staff(self, waiting: Organisation, head: User) -> None:
        assert (waiting.state, waiting.uscc, waiting.representative) == ("pending", USCC, head)
        assert list(queries.queue()) == [waiting]
        assert not queries.may_act(head, waiting, Scope.PUBLISH, NOON)

    @pytest.mark.parametrize(
        ("name", "uscc", "code"),
        [
            ("Studio", "91110102MACQD9K641", "check_character"),
            ("Studio", "1", "length"),
            ("<b>", USCC, "name_characters"),
        ],
    )
    def test_its_code_and_name_are_checked(self, head: User, name: str, uscc: str, code: str) -> None:
        assert _code(services.register, by=head, name=name, uscc=uscc) == code
        assert not Organisation.objects.exists()

    def test_only_a_verified_person_answers_for_one(self, user: User) -> None:
        assert _code(services.register, by=user, name="Studio", uscc=USCC) == "identity_required"
        identity.vouch(
            by=None, user=user, document_type=DocumentType.ORGANISATION, name="Studio", number=USCC
        )
        assert _code(services.register, by=user, name="Studio", uscc=USCC) == "identity_required"

    def test_it_is_claimed_once_by_one_person(self, waiting: Organisation, head: User) -> None:
        assert _code(services.register, by=head, name="Studio", uscc=USCC) == "organisation_open"

    def test_one_person_answers_for_five(self, head: User) -> None:
        for _ in range(services.MOST_ORGANISATIONS):
            Organisation.objects.create(name="x", uscc=str(_), representative=head)
        assert _code(services.register, by=head, name="Studio", uscc=USCC) == "too_many_organisations"


class TestDeciding:
    def test_it_is_accepted_and_its_representative_told(self, studio: Organisation, head: User) -> None:
        assert studio.state == OrganisationState.VERIFIED
        assert queries.may_act(head, studio, Scope.DELEGATE, NOON)
        assert list(Notice.objects.values_list("kind", "user")) == [("organisation.decided", head.pk)]
        kinds = Record.objects.filter(subject=f"organisation:{studio.pk}").order_by("sequence")
        assert [each.kind for each in kinds] == ["organisation.submitted", "organisation.verified"]

    def test_it_is_turned_down_with_a_reason(self, waiting: Organisation, staff_user: User) -> None:
        services.reject(by=staff_user, organisation=waiting, reason="No licence", now=NOON)
        assert (waiting.state, waiting.reason) == ("rejected", "No licence")
        assert _code(services.approve, by=staff_user, organisation=waiting) == "claim_decided"

    def test_nobody_decides_on_their_own(self, staff_user: User, operator: User) -> None:
        own = services.register(by=_verified(staff_user, "E11111111"), name="Mine", uscc=USCC)
        assert _code(services.approve, by=staff_user, organisation=own) == "own_claim"
        assert _code(services.reject, by=staff_user, organisation=own, reason="x") == "own_claim"
        services.approve(by=operator, organisation=own)
        assert _code(services.end_by_staff, by=staff_user, organisation=own, reason="x") == "own_claim"

    def test_nobody_decides_who_acts_for_it_or_claims_it_too(
        self, studio: Organisation, head: User, delegate: User, staff_user: User
    ) -> None:
        rival = services.register(by=_verified(staff_user, "E11111111"), name="Studio", uscc=USCC)
        assert _code(services.end_by_staff, by=staff_user, organisation=studio, reason="x") == "own_claim"
        assert _code(services.reject, by=head, organisation=rival, reason="x") == "own_claim"
        _give(head, studio, delegate)
        assert _code(services.end_by_staff, by=delegate, organisation=studio, reason="x") == "own_claim"
        assert holders_of(f"organisation:{studio.pk}") == {head.pk, staff_user.pk, delegate.pk}
        assert holders_of("organisation:studio") == frozenset()

    def test_one_person_answers_for_it(self, studio: Organisation, delegate: User, staff_user: User) -> None:
        second = services.register(by=delegate, name="Studio", uscc=USCC)
        assert _code(services.approve, by=staff_user, organisation=second) == "organisation_taken"
        second.refresh_from_db()
        assert second.state == OrganisationState.PENDING

    def test_a_representative_who_is_no_longer_verified_is_not_accepted(
        self, waiting: Organisation, head: User, staff_user: User
    ) -> None:
        _end_identity(head)
        assert _code(services.approve, by=staff_user, organisation=waiting) == "identity_required"

    def test_it_ends_with_all_its_mandates(
        self, studio: Organisation, mandate: Mandate, staff_user: User
    ) -> None:
        services.end_by_staff(by=staff_user, organisation=studio, reason="Dissolved", now=NOON)
        mandate.refresh_from_db()
        assert (studio.state, mandate.revoked_at, mandate.revoked_by) == ("ended", NOON, staff_user)
        assert _code(services.end_by_staff, by=staff_user, organisation=studio, reason="x") == "claim_decided"

    def test_its_representative_lays_it_down(self, studio: Organisation, head: User, delegate: User) -> None:
        assert _code(services.end_own, by=delegate, organisation=studio) == "not_yours"
        services.end_own(by=head, organisation=studio, now=NOON)
        assert not queries.may_act(head, studio, Scope.PUBLISH, NOON)


class TestMandates:
    def test_it_lets_the_delegate_do_what_it_says_and_no_more(
        self, studio: Organisation, mandate: Mandate, delegate: User
    ) -> None:
        assert queries.may_act(delegate, studio, Scope.PUBLISH, NOON)
        assert not queries.may_act(delegate, studio, Scope.REQUEST_CONSENT, NOON)
        assert not queries.may_act(delegate, studio, Scope.PUBLISH, NOON - timedelta(seconds=1))

    def test_one_that_is_over_blocks_at_once(
        self, studio: Organisation, mandate: Mandate, delegate: User
    ) -> None:
        assert queries.may_act(delegate, studio, Scope.PUBLISH, mandate.ends_at - timedelta(microseconds=1))
        assert not queries.may_act(delegate, studio, Scope.PUBLISH, mandate.ends_at)

    def test_one_that_is_taken_back_blocks_at_once(
        self, studio: Organisation, mandate: Mandate, head: User, delegate: User
    ) -> None:
        services.revoke_mandate(by=head, mandate=mandate, now=NOON)
        assert not queries.may_act(delegate, studio, Scope.PUBLISH, NOON)
        with pytest.raises(Refusal) as caught, transaction.atomic():
            act_for(by=delegate, organisation=studio, scope=Scope.PUBLISH, subject="work:X", now=NOON)
        assert caught.value.code == "mandate_missing"
        assert not Record.objects.filter(kind="organisation.acted").exists()
        assert _code(services.revoke_mandate, by=head, mandate=mandate) == "mandate_over"

    def test_the_delegate_may_lay_it_down(self, mandate: Mandate, delegate: User, staff_user: User) -> None:
        assert _code(services.revoke_mandate, by=staff_user, mandate=mandate) == "not_yours"
        assert services.revoke_mandate(by=delegate, mandate=mandate, now=NOON).revoked_by == delegate

    @pytest.mark.parametrize("who", ["delegate", "head"])
    def test_nobody_acts_once_a_name_is_not_accepted_any_more(
        self, request: pytest.FixtureRequest, studio: Organisation, mandate: Mandate, delegate: User, who: str
    ) -> None:
        _end_identity(request.getfixturevalue(who))
        assert not queries.may_act(delegate, studio, Scope.PUBLISH, NOON)

    def test_nobody_acts_for_one_that_ended(
        self, studio: Organisation, mandate: Mandate, delegate: User, staff_user: User
    ) -> None:
        with unrecorded():
            Organisation.objects.update(state="ended")
        assert not queries.may_act(delegate, studio, Scope.PUBLISH, NOON)

    def test_a_new_one_replaces_the_old(
        self, studio: Organisation, mandate: Mandate, head: User, delegate: User
    ) -> None:
        _give(head, studio, delegate, scopes=frozenset({Scope.REQUEST_CONSENT}), now=NOON + DAY)
        assert not queries.may_act(delegate, studio, Scope.PUBLISH, NOON + DAY)
        assert queries.may_act(delegate, studio, Scope.REQUEST_CONSENT, NOON + DAY)

    def test_a_delegate_who_may_name_others_passes_nothing_of_that_on(
        self, studio: Organisation, head: User, delegate: User, staff_user: User
    ) -> None:
        third = _verified(staff_user, "E11111111")
        _give(head, studio, delegate, scopes=frozenset({Scope.DELEGATE}))
        given = _give(delegate, studio, third)
        assert queries.may_act(third, studio, Scope.PUBLISH, NOON)
        assert _code(_give, delegate, studio, third, scopes=frozenset({Scope.DELEGATE})) == "scope_exceeds"
        assert services.revoke_mandate(by=delegate, mandate=given, now=NOON).revoked_at == NOON

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"scopes": frozenset()}, "scopes_missing"),
            ({"ends_at": NOON}, "term_invalid"),
            ({"ends_at": NOON + services.LONGEST_MANDATE + DAY}, "term_invalid"),
            ({"delegate_id": "NOBODY"}, "delegate_unknown"),
        ],
    )
    def test_it_refuses(
        self, studio: Organisation, head: User, delegate: User, given: dict[str, Any], code: str
    ) -> None:
        assert _code(_give, head, studio, delegate, **given) == code

    def test_it_refuses_the_unverified_the_representative_and_strangers(
        self, studio: Organisation, head: User, delegate: User, staff_user: User
    ) -> None:
        assert _code(_give, head, studio, staff_user) == "delegate_unknown"
        assert _code(_give, head, studio, head) == "own_mandate"
        assert _code(_give, delegate, studio, staff_user) == "not_yours"

    def test_there_is_an_end_to_them(
        self, studio: Organisation, head: User, delegate: User, mandate: Mandate, staff_user: User
    ) -> None:
        for _ in range(services.MOST_MANDATES - 1):
            other = User.objects.create_user(f"d{_}@example.com")
            Mandate.objects.create(
                organisation=studio,
                delegate=other,
                scopes="publish",
                given_by=head,
                begins_at=NOON,
                ends_at=NOON + DAY,
            )
        assert _code(_give, head, studio, _verified(staff_user, "E11111111")) == "too_many_mandates"

    @pytest.mark.parametrize("fields", [{"scopes": ""}, {"ends_at": NOON - DAY}])
    def test_the_database_refuses_impossible_ones(self, mandate: Mandate, fields: dict[str, Any]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Mandate.objects.update(**fields)

    @pytest.mark.parametrize("fields", [{"state": "verified"}, {"state": "pending", "decided_at": NOON}])
    def test_and_impossible_organisations(self, waiting: Organisation, fields: dict[str, Any]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Organisation.objects.update(**fields)
        with pytest.raises(IntegrityError), transaction.atomic():
            Organisation.objects.update(state="rejected", decided_at=NOON, decided_by=waiting.representative)


class TestRecords:
    def test_an_act_names_person_and_organisation(
        self, studio: Organisation, mandate: Mandate, delegate: User
    ) -> None:
        with transaction.atomic():
            act_for(by=delegate, organisation=studio, scope=Scope.PUBLISH, subject="work:X", now=NOON)
        record = Record.objects.get(kind="organisation.acted")
        assert record.subject == "work:X"
        assert json.loads(bytes(record.entry))["actor"] == delegate.producer_id
        assert body_of(record) == {
            "organisation": str(studio.reference),
            "uscc": USCC,
            "person": delegate.producer_id,
            "mandate": str(mandate.reference),
            "scope": "publish",
            "session": "none",
        }

    def test_the_representative_acts_without_a_mandate(self, studio: Organisation, head: User) -> None:
        with transaction.atomic():
            act_for(by=head, organisation=studio, scope=Scope.PUBLISH, subject="work:X", now=NOON)
        assert body_of(Record.objects.get(kind="organisation.acted"))["mandate"] == "representative"  # type: ignore[index,call-overload]

    def test_each_mandate_is_recorded_and_told(self, mandate: Mandate, head: User, delegate: User) -> None:
        services.revoke_mandate(by=head, mandate=mandate, now=NOON)
        kinds = list(Record.objects.order_by("sequence").values_list("kind", flat=True))
        assert kinds[-2:] == ["mandate.given", "mandate.revoked"]
        assert Notice.objects.filter(user=delegate, kind="organisation.mandate").count() == 2

    def test_they_say_what_they_are(self, studio: Organisation, mandate: Mandate) -> None:
        assert str(studio) == f"organisation {studio.reference}: verified"
        assert str(mandate) == f"mandate {mandate.reference}: publish"


def test_an_erasure_ends_what_the_account_answered_for_and_held(
    studio: Organisation, mandate: Mandate, head: User, delegate: User
) -> None:
    for account in (delegate, head):
        User.objects.filter(pk=account.pk).update(deletion_requested_at=NOON)
        account.refresh_from_db()
        erase_account(by=None, user=account, now=NOON + RETENTION)
    mandate.refresh_from_db()
    studio.refresh_from_db()
    assert mandate.revoked_at is not None
    assert studio.state == OrganisationState.ENDED
    told = Record.objects.filter(subject=f"organisation:{studio.pk}").order_by("sequence")
    assert list(told.values_list("kind", flat=True))[-2:] == ["mandate.revoked", "organisation.ended"]


def test_every_state_but_the_first_is_reached_and_scopes_are_read_as_written() -> None:
    reached = {each for following in TRANSITIONS.values() for each in following}
    assert reached == set(OrganisationState) - {OrganisationState.PENDING}
    assert read_scopes(write_scopes(frozenset(Scope))) == set(Scope)
    with pytest.raises(ValueError, match="everything"):
        read_scopes("everything")


def _end_identity(user: User) -> None:
    claim: IdentityClaim | None = verified_claim_of(user)
    assert claim is not None
    identity.end(by=None, claim=claim, reason="Reported")
