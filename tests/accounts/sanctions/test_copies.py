from __future__ import annotations

from accounts.own_data.held import records
from accounts.sanctions.services import confirm, decline, withdraw
from accounts.sanctions.states import Step
from accounts.users.models import User

from .decisions import NOW, sanctioned


def kinds_in_a_copy(person: User) -> set[str]:
    return {each["entry"]["kind"] for part in records(person) for each in part.content}


def test_a_copy_does_not_tell_of_a_sanction_that_nobody_confirmed(
    user: User, first: User, second: User
) -> None:
    sanction = sanctioned(user, first, Step.CLOSE)
    assert "sanction.proposed" not in kinds_in_a_copy(user)
    decline(by=second, sanction=sanction, now=NOW)
    withdraw(by=first, sanction=sanctioned(user, first, Step.CLOSE), now=NOW)
    assert not [kind for kind in kinds_in_a_copy(user) if kind.startswith("sanction.")]


def test_a_copy_tells_of_a_sanction_in_force(user: User, first: User, second: User) -> None:
    confirm(by=second, sanction=sanctioned(user, first, Step.CLOSE), now=NOW)
    assert "sanction.imposed" in kinds_in_a_copy(user)
