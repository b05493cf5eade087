"""Another document, another name, and time that passes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from accounts.identity import queries, rechecking, services
from accounts.identity.ages import Band, band_of
from accounts.identity.documents import DocumentType
from accounts.identity.levels import Level
from accounts.identity.models import IdentityClaim
from accounts.identity.naming import bears_name
from accounts.identity.states import ClaimState
from accounts.identity.tasks import recheck
from accounts.notices.models import Notice
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.users.models import User
from accounts.vault.keeper import Field, open_fields
from config.environment import read
from tests.unrecorded import unrecorded

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
YEAR = datetime(2027, 11, 22, 4, 0, tzinfo=UTC)
NUMBER, OTHER_NUMBER = "11010519491231002X", "820000199001010010"
Submit = Callable[..., IdentityClaim]


@pytest.fixture
def held(user: User, staff_user: User, pending: Submit) -> IdentityClaim:
    """A claim that staff accepted."""
    return services.approve(by=staff_user, claim=pending(user, now=NOON), now=NOON)


class TestRenewing:
    def test_the_old_claim_stands_until_the_new_one_is_accepted(
        self, user: User, staff_user: User, held: IdentityClaim, pending: Submit
    ) -> None:
        claim = pending(user, name="王小美", is_renewal=True)
        assert queries.verified_claim_of(user) == held
        assert queries.open_claim_of(user) == queries.latest_claim_of(user) == claim

        services.approve(by=staff_user, claim=claim)
        held.refresh_from_db()
        assert (held.state, held.level, held.recheck_at) == (ClaimState.ENDED, Level.NONE, None)
        assert queries.verified_claim_of(user) == claim
        kinds = list(Record.objects.order_by("sequence").values_list("kind", flat=True))
        assert kinds[-3:] == ["identity.submitted", "identity.replaced", "identity.verified"]

    def test_after_a_change_of_name_the_new_one_is_borne_and_the_old_one_traceable(
        self, user: User, staff_user: User, held: IdentityClaim, pending: Submit, keeper: None
    ) -> None:
        services.approve(by=staff_user, claim=pending(user, name="王小美", is_renewal=True))
        assert bears_name(user, "王小美")
        assert not bears_name(user, "欧阳娜娜")
        held.refresh_from_db()
        assert open_fields(held.reference, frozenset({Field.NAME})) == {Field.NAME: "欧阳娜娜"}

    def test_one_that_is_turned_down_or_withdrawn_leaves_the_old_one(
        self, user: User, staff_user: User, held: IdentityClaim, pending: Submit
    ) -> None:
        services.reject(by=staff_user, claim=pending(user, OTHER_NUMBER, is_renewal=True), reason="No")
        assert queries.level_of(user) == Level.OPERATOR_CHECKED
        pending(user, OTHER_NUMBER, is_renewal=True)
        services.withdraw(by=user)
        assert queries.verified_claim_of(user) == held

    def test_a_document_of_another_account_does_not_end_the_old_claim(
        self, user: User, other_user: User, staff_user: User, held: IdentityClaim, pending: Submit
    ) -> None:
        services.approve(by=staff_user, claim=pending(other_user, OTHER_NUMBER))
        claim = pending(user, OTHER_NUMBER, is_renewal=True)
        with pytest.raises(Refusal, match="Another account"):
            services.approve(by=staff_user, claim=claim)
        assert queries.verified_claim_of(user) == held

    def test_a_name_is_not_exchanged_for_one_that_is_less_checked(
        self, user: User, held: IdentityClaim, accepted: Submit
    ) -> None:
        claim = accepted(user, OTHER_NUMBER, is_renewal=True)
        assert (claim.state, queries.level_of(user)) == (ClaimState.PENDING, Level.OPERATOR_CHECKED)

    def test_it_is_refused_while_another_waits_and_without_being_asked_for(
        self, user: User, held: IdentityClaim, pending: Submit
    ) -> None:
        with pytest.raises(Refusal, match="already has an accepted"):
            pending(user)
        pending(user, OTHER_NUMBER, is_renewal=True)
        with pytest.raises(Refusal, match="already waiting"):
            pending(user, OTHER_NUMBER, is_renewal=True)

    def test_an_erasure_empties_both(self, user: User, held: IdentityClaim, pending: Submit) -> None:
        pending(user, OTHER_NUMBER, is_renewal=True)
        services.erase(by=None, user=user)
        assert {*IdentityClaim.objects.values_list("state", flat=True)} == {"ended"}

    def test_the_page_leads_there_and_back(self, client: Client, user: User, held: IdentityClaim) -> None:
        client.force_login(user)
        assert "/me/identity/renew" in client.get("/me/identity/").content.decode()
        page = client.get("/me/identity/renew").content.decode()
        assert "2027-11-22" in page
        assert client.post("/me/identity/renew", {"name": "王小美"}).status_code == 200
        form = {"document_type": "resident_id", "name": "王小美", "number": NUMBER}
        assert client.post("/me/identity/renew", form)["Location"] == "/me/identity/"
        assert client.get("/me/identity/renew")["Location"] == "/me/identity/"
        assert queries.is_verified(user)


class TestTime:
    @pytest.mark.parametrize(
        ("accepted", "due"),
        [
            (NOON, YEAR),
            (datetime(2024, 2, 29, tzinfo=UTC), datetime(2025, 2, 28, tzinfo=UTC)),
            (datetime(2026, 12, 31, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC)),
        ],
    )
    def test_a_claim_is_good_for_a_year(self, db: None, accepted: datetime, due: datetime) -> None:
        assert services.recheck_after(accepted) == due

    def test_its_months_are_the_operators(self, db: None, settings: Settings) -> None:
        settings.ENVIRONMENT = read({"YINJI_IDENTITY_MONTHS": "3"})
        assert services.recheck_after(NOON) == datetime(2027, 2, 22, 4, 0, tzinfo=UTC)

    def test_its_holder_is_told_once_a_month_before(self, user: User, held: IdentityClaim) -> None:
        assert held.recheck_at == YEAR
        rechecking.sweep(YEAR - timedelta(days=31), 10)
        assert not Notice.objects.exists()
        for day in (30, 20):
            assert rechecking.sweep(YEAR - timedelta(days=day), 10) == 0
        assert [each.kind for each in Notice.objects.all()] == ["identity.ending"]
        assert queries.is_verified(user)

    def test_it_ends_at_its_date_and_closes_the_gate(self, user: User, held: IdentityClaim) -> None:
        assert rechecking.sweep(YEAR - timedelta(seconds=1), 10) == 0
        assert rechecking.sweep(YEAR, 10) == 1
        assert rechecking.sweep(YEAR, 10) == 0
        assert not queries.is_verified(user)
        assert "identity.ended" in Notice.objects.values_list("kind", flat=True)
        assert Record.objects.order_by("-sequence").first().kind == "identity.ended"  # type: ignore[union-attr]

    def test_a_claim_of_an_earlier_version_gets_the_whole_time(self, held: IdentityClaim) -> None:
        IdentityClaim.objects.update(recheck_at=None)
        recheck()
        held.refresh_from_db()
        assert held.recheck_at is not None
        assert held.state == ClaimState.VERIFIED

    def test_one_that_ended_meanwhile_is_left(self, operator: User, held: IdentityClaim) -> None:
        stale = IdentityClaim.objects.get(pk=held.pk)
        services.end(by=operator, claim=held, reason="Fraud")
        assert not rechecking._end(stale, YEAR)
        rechecking._warn(stale, YEAR)
        assert list(Notice.objects.values_list("kind", flat=True)) == ["identity.ended"]


class TestOnRisk:
    """R6: staff has a name checked again, and the gate closes at once."""

    def test_the_desk_ends_it(
        self, client: Client, user: User, staff_user: User, held: IdentityClaim
    ) -> None:
        client.force_login(staff_user)
        assert "Have it checked again" in client.get(f"/desk/identity/{held.pk}").content.decode()
        client.post(f"/desk/identity/{held.pk}/reverify", {"reason": "Reported as fraud"})
        held.refresh_from_db()
        assert (held.state, held.decided_by, held.reason) == ("ended", staff_user, "Reported as fraud")
        assert not queries.is_verified(user)
        assert list(Notice.objects.values_list("kind", "user")) == [("identity.ended", user.pk)]

    def test_it_wants_a_reason_and_somebody_else(
        self, client: Client, staff_user: User, pending: Submit, operator: User
    ) -> None:
        claim = services.approve(by=operator, claim=pending(staff_user))
        with pytest.raises(Refusal) as caught:
            services.reverify(by=staff_user, claim=claim, reason="Mine")
        assert caught.value.code == "own_claim"
        client.force_login(operator)
        client.post(f"/desk/identity/{claim.pk}/reverify", {"reason": " "})
        assert queries.is_verified(staff_user)


class TestCeilings:
    """C-6: no edit of a row makes a claim more than its provider's word is worth."""

    @pytest.mark.parametrize(
        ("provider", "level"),
        [("local", 2), ("local", 3), ("manual", 3), ("operator", 3), ("unknown", 1), ("aliyun", 4)],
    )
    def test_the_database_refuses_a_level_above_the_providers(
        self, user: User, held: IdentityClaim, provider: str, level: int
    ) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            IdentityClaim.objects.update(provider=provider, level=level, evidence=b"e" * 32)

    def test_it_refuses_a_third_party_without_evidence(self, user: User, held: IdentityClaim) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            IdentityClaim.objects.update(provider="aliyun", level=3)

    def test_what_local_accepts_stays_at_one(self, user: User, accepted: Submit) -> None:
        claim = accepted(user)
        claim.level = Level.THIRD_PARTY_MATCH
        with pytest.raises(IntegrityError), transaction.atomic():
            claim.save()


@pytest.mark.parametrize(
    ("born", "band"),
    [
        ("2026-11-22", Band.UNDER_8),
        ("2018-11-23", Band.UNDER_8),
        ("2018-11-22", Band.FROM_8),
        ("2012-11-23", Band.FROM_8),
        ("2012-11-22", Band.FROM_14),
        ("2008-11-23", Band.FROM_14),
        ("2008-11-22", Band.ADULT),
        ("1930-01-01", Band.ADULT),
    ],
)
def test_only_a_band_leaves_the_vault(user: User, staff_user: User, born: str, band: Band) -> None:
    claim = services.submit_for_child(
        by=staff_user, child=user, document_type=DocumentType.PASSPORT, name="小明", number="E12345678",
        birth_date=datetime.fromisoformat(born).date(), now=NOON,
    )  # fmt: skip
    assert band_of(user, NOON) is None
    with unrecorded():
        IdentityClaim.objects.filter(pk=claim.pk).update(state="verified", level=2, decided_at=NOON)
    assert band_of(user, NOON) is band
