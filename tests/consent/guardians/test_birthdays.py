from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from accounts.guardians import services as guardians
from accounts.guardians.models import Guardianship, Relation
from accounts.identity.documents import DocumentType, check_character
from accounts.refusals import Refusal
from accounts.users.models import User
from consent.grants.models import Grant
from consent.grants.services import give
from consent.guardians.birthdays import sweep
from consent.guardians.contesting import contest
from consent.scope import Deny, GrantState, Proof
from consent.uses.services import check
from tests.consent.people import NUMBERS, account, proposed, scope_for

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 6, 1, 4, 0, tzinfo=UTC)
FOURTEENTH, EIGHTEENTH = datetime(2029, 3, 1, 4, 0, tzinfo=UTC), datetime(2028, 1, 1, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def born(day: str) -> str:
    return f"110101{day}001" + check_character(f"110101{day}001")


@pytest.fixture
def mother() -> User:
    return account("mother@example.com", "Lin Mei", NUMBERS[2])


@pytest.fixture
def guardianship(mother: User, staff_user: User) -> Guardianship:
    """A child of thirteen."""
    claimed = guardians.claim_ward(
        by=mother,
        relation=Relation.PARENT,
        document_type=DocumentType.RESIDENT_ID,
        name="Lin Xiao",
        number=born("20150301"),
        now=datetime(2026, 11, 23, tzinfo=UTC),
    )
    guardians.confirm(by=staff_user, guardianship=claimed, now=datetime(2026, 11, 24, tzinfo=UTC))
    return claimed


def agree(
    person: User, creator: User, guardian: User | None, *, now: datetime = NOW, days: int = 400
) -> Grant:
    scope = replace(scope_for(creator, now), not_after=now + days * DAY)
    facts = {"text": "I agree.", "locale": "en"}
    return give(
        person=person,
        grantee=creator,
        guardian=guardian,
        scope=scope,
        proof=Proof.SPOKEN,
        facts=facts,
        now=now,
    )


def test_nobody_grants_for_a_child_but_its_guardian(
    guardianship: Guardianship, mother: User, creator: User, person: User
) -> None:
    for guardian in (None, person):
        with pytest.raises(Refusal) as refused:
            agree(guardianship.ward, creator, guardian)
        assert refused.value.code == "guardian_needed"
    assert agree(guardianship.ward, creator, mother).state == GrantState.ACTIVE


def test_nobody_has_a_guardian_who_is_fourteen(person: User, creator: User, mother: User) -> None:
    with pytest.raises(Refusal) as refused:
        agree(person, creator, mother)
    assert refused.value.code == "guardian_not_needed"


def test_it_rests_from_the_fourteenth_birthday(
    guardianship: Guardianship, mother: User, creator: User
) -> None:
    grant = agree(guardianship.ward, creator, mother)
    use = proposed(creator, grant)
    assert sweep(now=FOURTEENTH - DAY) == 0
    assert not isinstance(check(use, now=FOURTEENTH - DAY), Deny)
    # Before any sweep, the engine no longer hears the guardian.
    decision = check(use, now=FOURTEENTH)
    assert isinstance(decision, Deny)
    assert "guardian" in [each.clause for each in decision.trace]
    assert sweep(now=FOURTEENTH) == 1
    assert sweep(now=FOURTEENTH) == 0
    grant.refresh_from_db()
    assert (grant.state, grant.suspended_because) == (GrantState.SUSPENDED, "birthday")


def test_it_rests_from_the_eighteenth_birthday(creator: User) -> None:
    young = account("young@example.com", "Lin Er", born("20100101"))
    given = EIGHTEENTH - 100 * DAY
    with pytest.raises(Refusal, match="come of age"):
        agree(young, creator, None, now=given, days=400)
    grant = agree(young, creator, None, now=given, days=99)
    assert sweep(now=EIGHTEENTH - DAY) == 0
    # It was to end on that very day; what is left of it rests.
    assert sweep(now=EIGHTEENTH) == 1
    grant.refresh_from_db()
    assert grant.suspended_because == "birthday"


def test_a_grant_of_a_minor_ends_within_five_years(
    guardianship: Guardianship, mother: User, creator: User
) -> None:
    with pytest.raises(Refusal, match="five years"):
        agree(guardianship.ward, creator, mother, days=5 * 366 + 2)


def test_the_other_guardian_lets_it_rest(
    guardianship: Guardianship, mother: User, person: User, creator: User
) -> None:
    grant = agree(guardianship.ward, creator, mother)
    with pytest.raises(Refusal, match="confirmed guardian"):
        contest(by=person, grant=grant, now=NOW)
    contest(by=mother, grant=grant, now=NOW)
    grant.refresh_from_db()
    assert (grant.state, grant.suspended_because) == (GrantState.SUSPENDED, "guardian")


def test_a_birthday_of_an_adult_changes_nothing(person: User, creator: User) -> None:
    agree(person, creator, None)
    assert sweep(now=NOW + 300 * DAY) == 0
