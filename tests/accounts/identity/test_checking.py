from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from accounts.identity.checking import mismatches
from accounts.identity.models import IdentityClaim
from accounts.identity.services import end
from accounts.records import deep, triggers
from accounts.records.models import Record, RecordBody
from accounts.users.models import User
from accounts.vault.sealing import destroy
from tests.consent.people import NUMBERS
from tests.queries import queries_of
from tests.unrecorded import unrecorded

from .conftest import OTHER_NUMBER

Submit = Callable[..., IdentityClaim]


def _codes() -> list[str]:
    return [each.code for each in mismatches()]


def test_what_was_accepted_is_as_the_log_tells(
    user: User, other_user: User, accepted: Submit, pending: Submit
) -> None:
    accepted(user)
    pending(other_user)
    assert _codes() == []


@pytest.mark.parametrize(
    "fields", [{"provider": "operator", "level": 2}, {"provider": "oidc", "level": 3, "evidence": b"e" * 32}]
)
def test_a_level_that_was_raised_by_hand_is_found(
    user: User, accepted: Submit, fields: dict[str, object]
) -> None:
    accepted(user)
    with unrecorded():
        IdentityClaim.objects.update(**fields)
    assert _codes() == ["identity_level"]
    assert user.producer_id in "".join(each.sentence for each in deep.mismatches())


@pytest.mark.parametrize("by", ["a state", "another account"])
def test_an_accepted_name_that_was_taken_away_by_hand_is_found(
    user: User, other_user: User, accepted: Submit, by: str
) -> None:
    accepted(user)
    with unrecorded():
        if by == "a state":
            IdentityClaim.objects.update(state="ended", level=0)
        else:
            IdentityClaim.objects.update(user=other_user)
    assert "identity_missing" in _codes()


def test_one_that_ended_and_was_accepted_anew_is_as_the_log_tells(user: User, accepted: Submit) -> None:
    for _ in range(2):
        end(by=None, claim=accepted(user), reason="Moved away")
        assert _codes() == []


def test_a_claim_that_was_accepted_by_hand_is_found(user: User, pending: Submit) -> None:
    claim = pending(user)
    with unrecorded():
        IdentityClaim.objects.update(state="verified", level=2, decided_at=claim.submitted_at)
    assert _codes() == ["identity_without_record"]


def test_a_record_that_does_not_open_tells_nothing(user: User, accepted: Submit) -> None:
    accepted(user)
    destroy(user)
    assert Record.objects.exists()
    assert _codes() == ["identity_without_record"]


def test_it_asks_no_more_often_of_more_people(user: User, other_user: User, accepted: Submit) -> None:
    accepted(user)
    asked = queries_of(mismatches)
    accepted(other_user, number=OTHER_NUMBER)
    accepted(User.objects.create_user("grace@example.com"), number=NUMBERS[3])
    assert _codes() == []
    assert queries_of(mismatches) == asked


def test_a_record_whose_body_is_gone_tells_nothing(user: User, accepted: Submit) -> None:
    accepted(user)
    triggers.remove(connection)
    RecordBody.objects.all().delete()
    assert _codes() == ["identity_without_record"]
