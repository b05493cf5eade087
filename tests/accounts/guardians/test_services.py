from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from accounts.guardians import queries, services
from accounts.guardians.models import Guardianship, Relation
from accounts.guardians.naming import name_of_ward
from accounts.identity.ages import Band, band_of, birthday_of
from accounts.identity.documents import DocumentType, check_character
from accounts.identity.models import IdentityClaim
from accounts.identity.queries import queue
from accounts.records.models import Record
from accounts.refusals import Refusal
from accounts.retention import emptying
from accounts.retention.months import months_before
from accounts.users.models import User
from tests.consent.people import NUMBERS, account
from tests.unrecorded import unrecorded

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def number_of_somebody_born(day: str) -> str:
    digits = f"110101{day}001"
    return digits + check_character(digits)


CHILD = number_of_somebody_born("20150301")


@pytest.fixture
def mother() -> User:
    return account("mother@example.com", "Lin Mei", NUMBERS[1])


@pytest.fixture
def father() -> User:
    return account("father@example.com", "Wang Wei", NUMBERS[2])


def claim(by: User, *, name: str = "Lin Xiao", number: str = CHILD, now: datetime = NOW) -> Guardianship:
    return services.claim_ward(
        by=by,
        relation=Relation.PARENT,
        document_type=DocumentType.RESIDENT_ID,
        name=name,
        number=number,
        now=now,
    )


def test_it_counts_once_staff_has_confirmed_it(mother: User, staff_user: User) -> None:
    guardianship = claim(mother)
    ward = guardianship.ward
    assert not queries.acts_for(mother, ward)
    assert not queue().exists()
    services.confirm(by=staff_user, guardianship=guardianship, now=NOW)
    assert queries.acts_for(mother, ward)
    assert queries.confirmed_wards_of(mother) == [ward]
    assert (band_of(ward, NOW), str(birthday_of(ward, 14))) == (Band.FROM_8, "2029-03-01")
    kinds = Record.objects.filter(subject=f"user:{ward.producer_id}").values_list("kind", flat=True)
    assert list(kinds.order_by("sequence")) == [
        "identity.submitted",
        "guardian.claimed",
        "identity.verified",
        "guardian.confirmed",
    ]
    with pytest.raises(Refusal, match="already been decided"):
        services.confirm(by=staff_user, guardianship=guardianship, now=NOW)


def test_the_childs_name_goes_three_years_after_the_end(mother: User, staff_user: User) -> None:
    guardianship = claim(mother)
    services.confirm(by=staff_user, guardianship=guardianship, now=NOW)
    emptying.run(now=months_before(NOW, -600))
    assert name_of_ward(guardianship.ward) == "Lin Xiao"
    with unrecorded():
        Guardianship.objects.update(ended_at=NOW)
    for months, is_named in ((36, True), (37, False), (38, False)):
        emptying.run(now=months_before(NOW, -months))
        guardianship.refresh_from_db()
        assert bool(guardianship.sealed_name) == is_named
    assert guardianship.emptied_at == months_before(NOW, -37)
    assert name_of_ward(guardianship.ward) == ""


def test_nobody_signs_in_as_a_ward(mother: User) -> None:
    ward = claim(mother).ward
    assert not ward.is_active
    assert not ward.has_usable_password()
    assert queries.is_ward(ward)


def test_it_knows_the_child_that_somebody_else_named(mother: User, father: User, staff_user: User) -> None:
    first, second = claim(mother), claim(father)
    assert first.ward == second.ward
    services.confirm(by=staff_user, guardianship=first, now=NOW)
    assert queries.guardians_of(first.ward) == [mother]
    services.confirm(by=staff_user, guardianship=second, now=NOW)
    assert set(queries.guardians_of(first.ward)) == {mother, father}
    with pytest.raises(Refusal, match="already"):
        claim(mother)


def test_it_takes_the_same_number_under_another_name_for_another_child(mother: User, father: User) -> None:
    claim(mother)
    other = claim(father, name="Lin Da")
    assert IdentityClaim.objects.filter(user=other.ward).exists()
    assert Guardianship.objects.values("ward").distinct().count() == 2


@pytest.mark.parametrize(
    ("born", "code"), [("20121123", "ward_too_old"), ("20270101", "birth_date"), ("19850101", "ward_too_old")]
)
def test_it_is_for_children_only(mother: User, born: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        claim(mother, number=number_of_somebody_born(born))
    assert refused.value.code == code
    assert not Guardianship.objects.exists()
    assert not User.objects.filter(email__endswith="ward.invalid").exists()


def test_it_wants_a_birth_date_where_the_number_holds_none(mother: User) -> None:
    with pytest.raises(Refusal, match="Say when"):
        services.claim_ward(
            by=mother,
            relation=Relation.PARENT,
            document_type=DocumentType.PASSPORT,
            name="Lin Xiao",
            number="E12345678",
        )


def test_it_wants_an_adult_with_an_accepted_name(user: User) -> None:
    with pytest.raises(Refusal) as refused:
        claim(user)
    assert refused.value.code == "identity_required"
    young = account("young@example.com", "Lin Er", number_of_somebody_born("20100101"))
    with pytest.raises(Refusal) as refused:
        claim(young)
    assert refused.value.code == "guardian_too_young"


def test_it_is_turned_down_with_a_reason_and_emptied(mother: User, staff_user: User) -> None:
    guardianship = claim(mother)
    services.turn_down(by=staff_user, guardianship=guardianship, reason="No proof was shown.", now=NOW)
    held = IdentityClaim.objects.get(user=guardianship.ward)
    assert (held.state, bytes(held.sealed_name), bytes(held.sealed_birth_date)) == ("rejected", b"", b"")
    assert not queries.wards_of(mother).exists()
    with pytest.raises(Refusal, match="already been decided"):
        services.turn_down(by=staff_user, guardianship=guardianship, reason="Again.", now=NOW)


def test_nobody_confirms_their_own(mother: User) -> None:
    guardianship = claim(mother)
    with pytest.raises(Refusal, match="Nobody decides"):
        services.confirm(by=mother, guardianship=guardianship, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Guardianship.objects.update(confirmed_at=NOW, confirmed_by=mother)
    with pytest.raises(IntegrityError), transaction.atomic():
        Guardianship.objects.update(guardian=guardianship.ward)


def test_it_hands_the_account_over_at_fourteen(mother: User, father: User, staff_user: User) -> None:
    ward = claim(mother).ward
    claim(father)
    for each in queries.unconfirmed():
        services.confirm(by=staff_user, guardianship=each, now=NOW)
    with pytest.raises(Refusal) as refused:
        services.hand_over(by=mother, ward=ward, address="xiao@example.com", now=NOW)
    assert refused.value.code == "ward_too_young"
    later = NOW.replace(year=2029)
    with pytest.raises(Refusal, match="already an account"):
        services.hand_over(by=mother, ward=ward, address="Mother@example.com", now=later)
    with pytest.raises(Refusal, match="not an e-mail"):
        services.hand_over(by=mother, ward=ward, address="xiao", now=later)
    services.hand_over(by=mother, ward=ward, address="xiao@example.com", now=later)
    ward.refresh_from_db()
    assert (ward.email, ward.is_active) == ("xiao@example.com", True)
    assert not queries.guardians_of(ward)
    with pytest.raises(Refusal, match="confirmed guardian"):
        services.hand_over(by=mother, ward=ward, address="again@example.com", now=later)


def test_nobody_decides_about_a_child_that_they_named_too(mother: User, father: User) -> None:
    claim(mother)
    second = claim(father)
    with pytest.raises(Refusal, match="Nobody decides"):
        services.confirm(by=mother, guardianship=second, now=NOW)


def test_a_reason_is_bounded(mother: User, father: User, staff_user: User) -> None:
    guardianship = claim(mother)
    claim(father)
    for reason in (" ", "x" * 501):
        with pytest.raises(Refusal):
            services.turn_down(by=staff_user, guardianship=guardianship, reason=reason, now=NOW)
    assert queries.wards_of(mother).exists()
