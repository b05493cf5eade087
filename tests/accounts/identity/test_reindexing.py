"""A new key for indexes, beside a running site."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

import pytest
from django.db import connections
from pytest_django import Settings

from accounts.identity import reindexing, services
from accounts.identity.documents import check_character
from accounts.identity.models import ClaimIndex, IdentityClaim
from accounts.identity.naming import bears_name
from accounts.identity.reindexing import outdated, reindex, unknown_to_all_keys
from accounts.refusals import Refusal
from accounts.users.models import User
from accounts.vault import keeper as vault_keeper
from accounts.vault.keeper import KeeperAbsent
from accounts.vault.store.models import SealedIdentity
from tests.accounts.identity.test_indexes import vouch, with_new_key, without_old_key

pytestmark = pytest.mark.django_db

Submit = Callable[..., IdentityClaim]


def number(place: int) -> str:
    digits = f"11010519900101{place:03d}"
    return digits + check_character(digits)


def test_it_indexes_accepted_and_waiting_claims_under_the_new_key(
    user: User, other_user: User, operator: User, pending: Submit, keeper: None, settings: Settings
) -> None:
    vouch(user, phone="13800138000")
    waiting = pending(other_user, "810000199001010019")
    with_new_key(settings)
    assert outdated().count() == 2
    told: list[int] = []
    assert reindex(told.append).as_dict() == {"indexed": 2, "unreadable": 0, "pruned": 0, "duplicates": []}
    assert told == [2]
    assert ClaimIndex.objects.filter(version=2).count() == 5

    without_old_key(settings)
    assert bears_name(user, "Ada Lovelace")
    with pytest.raises(Refusal, match="Another account"):
        vouch(operator)
    assert not waiting.indexes.filter(is_exclusive=True).exists()
    assert reindex().pruned == 5
    assert set(ClaimIndex.objects.values_list("version", flat=True)) == {2}


def test_a_key_that_is_removed_too_early_is_noticed(user: User, settings: Settings) -> None:
    vouch(user)
    with_new_key(settings)
    assert not unknown_to_all_keys().exists()
    without_old_key(settings)
    assert unknown_to_all_keys().count() == 1


def test_it_wants_the_opening_key(user: User, settings: Settings) -> None:
    vouch(user)
    with_new_key(settings)
    with pytest.raises(KeeperAbsent):
        reindex()


def test_it_counts_what_cannot_be_read(
    user: User, other_user: User, keeper: None, settings: Settings
) -> None:
    vouch_gone, vouch_erased = vouch(user), vouch(other_user, number(1))
    SealedIdentity.objects.filter(pk=vouch_gone.deposit).delete()
    vault_keeper.erase(vouch_erased.reference)
    with_new_key(settings)
    assert reindex().unreadable == 2
    assert outdated().count() == 2


def test_it_names_two_accounts_of_one_document(
    user: User, other_user: User, keeper: None, settings: Settings
) -> None:
    """Somebody altered an index by hand and was verified a second time."""
    vouch(user)
    ClaimIndex.objects.filter(is_exclusive=True).update(digest=bytes(32))
    second = vouch(other_user)
    with_new_key(settings)
    done = reindex()
    assert (done.indexed, done.duplicates) == (1, [str(second.reference)])


def test_it_indexes_nobody_who_was_erased_meanwhile(user: User, keeper: None, settings: Settings) -> None:
    claim = vouch(user)
    with_new_key(settings)
    values = reindexing._values(claim, reindexing.Reindexed())
    assert values
    services.erase(by=None, user=user)
    assert not reindexing._write(claim, values)
    assert not ClaimIndex.objects.exists()
    assert reindex().indexed == 0


@pytest.mark.django_db(transaction=True)
def test_no_duplicate_slips_in_while_it_runs(operator: User, keeper: None, settings: Settings) -> None:
    """Twenty people are verified; while their indexes change keys, twenty others try the same documents."""
    for place in range(20):
        vouch(_person(f"first{place}@example.com"), number(place))
    others = [_person(f"second{place}@example.com") for place in range(20)]
    with_new_key(settings)
    came: list[str] = []

    def try_all() -> None:
        for place, person in enumerate(others):
            try:
                vouch(person, number(place))
                came.append("verified")
            except Refusal as refusal:
                came.append(refusal.code)
        connections.close_all()

    rival = Thread(target=try_all)
    rival.start()
    reindex()
    rival.join()
    assert came == ["document_taken"] * 20
    assert not outdated().exists()
    assert IdentityClaim.objects.filter(state="verified").count() == 20


@pytest.mark.django_db(transaction=True)
def test_who_is_verified_while_it_runs_is_known_under_both_keys(keeper: None, settings: Settings) -> None:
    for place in range(10):
        vouch(_person(f"first{place}@example.com"), number(place))
    newcomers = [_person(f"new{place}@example.com") for place in range(10)]
    with_new_key(settings)

    def join() -> None:
        for place, person in enumerate(newcomers):
            vouch(person, number(100 + place))
        connections.close_all()

    rival = Thread(target=join)
    rival.start()
    reindex()
    rival.join()
    for version in (1, 2):
        assert ClaimIndex.objects.filter(is_exclusive=True, version=version).count() == 20


def _person(email: str) -> User:
    return User.objects.create_user(email, "correct horse battery")
