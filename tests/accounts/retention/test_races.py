"""A hold that is set while something is erased: one of the two waits, and what is held then is not erased."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from accounts.leaving import sweeping
from accounts.records.models import Record, RecordBody
from accounts.retention import holds, purging
from accounts.retention.models import LegalHold
from accounts.retention.months import months_before
from accounts.users.erasure import RETENTION, erase_account
from accounts.users.models import User
from accounts.users.services import request_deletion
from accounts.vault.sealing import is_erased
from tests.interleaved import second_waits

from .conftest import NOON, PAPER

pytestmark = pytest.mark.django_db(transaction=True)


def hold(by: User, subject: str, case: str = "2026-1") -> Callable[[], object]:
    def propose() -> object:
        set_now = holds.propose(by=by, subject=subject, case=case, document_sha256=PAPER, now=NOON)
        return "held" if set_now.pk else None

    return propose


@pytest.fixture
def leaving(user: User) -> User:
    """Somebody whose account is to be erased at noon."""
    return request_deletion(by=user, now=NOON - RETENTION - timedelta(days=1))


def test_an_account_that_is_held_meanwhile_is_not_erased(leaving: User, officer: User) -> None:
    held = hold(officer, f"user:{leaving.producer_id}")
    _held, erased = second_waits(held, lambda: erase_account(by=None, user=leaving, now=NOON).pk)
    assert (erased, is_erased(leaving)) == ("held", False)


def test_the_sweep_postpones_what_is_held_meanwhile(leaving: User, officer: User) -> None:
    held = hold(officer, f"user:{leaving.producer_id}")
    assert second_waits(held, lambda: sweeping.sweep(now=NOON)) == ("held", 0)
    assert Record.objects.filter(kind=sweeping.POSTPONED_KIND).count() == 1


def test_nobody_holds_what_is_being_erased(leaving: User, officer: User) -> None:
    held = hold(officer, f"user:{leaving.producer_id}")
    assert second_waits(lambda: sweeping.sweep(now=NOON), held) == (1, "held")
    assert is_erased(leaving)
    erased, proposed = (Record.objects.get(kind=kind) for kind in ("account.erased", "hold.proposed"))
    assert erased.sequence < proposed.sequence


def test_a_body_that_is_held_meanwhile_is_not_emptied(
    write: Callable[..., Record], user: User, officer: User
) -> None:
    subject = f"user:{user.producer_id}"
    with transaction.atomic():
        write(subject=subject, person=user, now=months_before(NOON, 13))
    _held, purged = second_waits(
        hold(officer, subject), lambda: [(each.emptied, each.held) for each in purging.run(now=NOON)]
    )
    assert isinstance(purged, list)
    assert (0, 1) in purged
    assert not RecordBody.objects.filter(content=b"").exists()


def test_two_who_propose_the_same_at_once_propose_it_once(user: User, officer: User, counsel: User) -> None:
    subject = f"user:{user.producer_id}"
    proposed = second_waits(hold(officer, subject), hold(counsel, subject, "2026-2"))
    assert proposed == ("held", "hold_stands")
    assert LegalHold.objects.get().proposed_by == officer


def test_of_two_steps_at_once_the_second_is_refused(user: User, officer: User, counsel: User) -> None:
    hold(officer, f"user:{user.producer_id}")()
    found, same = LegalHold.objects.get(), LegalHold.objects.get()
    results = second_waits(
        lambda: holds.ask_to_lift(by=officer, hold=found, now=NOON),
        lambda: holds.confirm(by=counsel, hold=same, now=NOON),
    )
    assert results == (None, "wrong_state")
