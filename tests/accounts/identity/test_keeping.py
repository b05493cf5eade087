"""What the keeper erases and sweeps."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone

from accounts.identity import keeping, services
from accounts.identity.models import IdentityClaim
from accounts.identity.states import ClaimState
from accounts.identity.tasks import look_after_vault
from accounts.refusals import Refusal
from accounts.users.models import User
from accounts.vault.deposits import deposit
from accounts.vault.keeper import Erased, Field, open_fields
from accounts.vault.store.models import SealedIdentity

pytestmark = pytest.mark.django_db

NAME = "欧阳娜娜"
Submit = Callable[..., IdentityClaim]
BOTH = ("default", "vault")


def test_it_erases_what_was_given_up(user: User, accepted: Submit, keeper: None) -> None:
    claim = accepted(user)
    services.erase(by=None, user=user)
    assert open_fields(claim.reference, frozenset({Field.NAME})) == {Field.NAME: NAME}
    look_after_vault()
    with pytest.raises(Erased):
        open_fields(claim.reference, frozenset({Field.NAME}))
    claim.refresh_from_db()
    assert (claim.deposit, claim.forget_at) == (None, None)
    assert keeping.forget(timezone.now()) == 0


def test_it_sweeps_what_no_claim_names_and_nothing_younger_than_an_hour(user: User, accepted: Submit) -> None:
    claim = accepted(user)
    deposit(claim.reference, {Field.NAME: NAME})
    deposit(uuid4(), {Field.NAME: NAME})
    now = timezone.now()
    assert keeping.settle(now) == 0
    assert keeping.settle(now + timedelta(hours=2)) == 2
    left = SealedIdentity.objects.get()
    assert left.deposit == claim.deposit
    assert left.settled_at == now + timedelta(hours=2)
    assert keeping.settle(now + timedelta(hours=4)) == 0


def test_it_removes_nothing_from_the_vault_of_another_database() -> None:
    deposit(uuid4(), {Field.NAME: NAME})
    assert keeping.settle(timezone.now() + timedelta(hours=2)) == 0
    assert SealedIdentity.objects.exists()


def test_it_keeps_what_is_accepted_waiting_while_the_vault_is_away(
    user: User, other_user: User, staff_user: User, pending: Submit, accepted: Submit
) -> None:
    claim = pending(user)
    with connections["vault"].cursor() as cursor:
        cursor.execute("ALTER TABLE vault_sealedidentity RENAME TO away")
    with pytest.raises(Refusal) as caught:
        services.approve(by=staff_user, claim=claim)
    assert caught.value.code == "vault_unavailable"
    assert accepted(other_user, "810000199001010019").state == ClaimState.PENDING
    claim.refresh_from_db()
    assert claim.state == ClaimState.PENDING
    assert claim.sealed_name


class KilledAt:
    """Kills this process before a certain statement to either database."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, execute: Callable[..., Any], *given: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*given)


def _ended_by_itself(act: Callable[[], object], number: int) -> bool:
    """Run ``act`` in a child that is killed before its statement ``number``."""
    connections.close_all()
    child = os.fork()
    if not child:
        killed = KilledAt(number)
        for alias in BOTH:
            connections[alias].execute_wrappers.append(killed)
        status = 1
        try:
            act()
            status = 0
        finally:
            os._exit(status)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return not os.WIFSIGNALED(status)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "connections['vault'].vendor != 'sqlite'", reason="forks, which a pool of connections does not survive"
)
def test_killed_before_any_statement_a_decision_is_whole_or_was_never_made(
    user: User, staff_user: User, pending: Submit, keeper: None
) -> None:
    claim = pending(user, phone="13800138000")
    everything = {Field.NAME: NAME, Field.NUMBER: "11010519491231002X", Field.PHONE: "13800138000"}
    number = 1
    while not _ended_by_itself(lambda: services.approve(by=staff_user, claim=claim), number):
        claim.refresh_from_db()
        assert (claim.state, claim.deposit) == (ClaimState.PENDING, None)
        assert services.reveal(by=staff_user, claim=claim).name == NAME
        number += 1
    assert number > 5
    claim.refresh_from_db()
    assert claim.state == ClaimState.VERIFIED
    assert SealedIdentity.objects.count() > 1
    keeping.settle(timezone.now() + timedelta(hours=2))
    assert SealedIdentity.objects.get().deposit == claim.deposit
    assert open_fields(claim.reference, frozenset(Field)) == everything
