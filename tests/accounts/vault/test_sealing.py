from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as some
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.users.models import User
from accounts.vault.models import PersonKey
from accounts.vault.sealing import Damaged, Erased, destroy, seal, unseal

PLACE = "identity.name:1"


def test_it_opens_what_it_sealed(user: User) -> None:
    assert unseal(user, seal(user, "张三", context=PLACE), context=PLACE).decode() == "张三"


def test_it_opens_any_bytes_and_adds_28_of_its_own(user: User) -> None:
    @given(some.binary(max_size=64), some.text(max_size=16))
    @limits(max_examples=20, deadline=None)
    def law(value: bytes, context: str) -> None:
        sealed = seal(user, value, context=context)
        assert len(sealed) == len(value) + 28
        assert unseal(user, sealed, context=context) == value

    law()


def test_it_never_seals_alike_twice(user: User) -> None:
    assert seal(user, "same", context=PLACE) != seal(user, "same", context=PLACE)


def test_it_refuses_a_value_moved_to_another_place(user: User) -> None:
    sealed = seal(user, "张三", context=PLACE)
    with pytest.raises(Damaged, match="does not open in this place"):
        unseal(user, sealed, context="identity.name:2")


def test_it_refuses_a_value_of_another_person(user: User, other_user: User) -> None:
    seal(other_user, "mine", context=PLACE)
    with pytest.raises(Damaged):
        unseal(other_user, seal(user, "theirs", context=PLACE), context=PLACE)


def test_it_refuses_a_person_for_whom_nothing_was_sealed(user: User, other_user: User) -> None:
    with pytest.raises(Damaged, match="Nothing was ever sealed"):
        unseal(other_user, seal(user, "theirs", context=PLACE), context=PLACE)


@pytest.mark.parametrize("place", [0, 12, -1])
def test_it_refuses_a_changed_byte(user: User, place: int) -> None:
    sealed = bytearray(seal(user, "张三", context=PLACE))
    sealed[place] ^= 1
    with pytest.raises(Damaged):
        unseal(user, bytes(sealed), context=PLACE)


def test_it_says_when_a_value_is_too_short_to_be_sealed(user: User) -> None:
    seal(user, "", context=PLACE)
    with pytest.raises(Damaged, match="at least 28 bytes; found 3"):
        unseal(user, b"abc", context=PLACE)


def test_it_erases_by_destroying_the_key(user: User) -> None:
    sealed = seal(user, "张三", context=PLACE)
    destroy(user)
    with pytest.raises(Erased):
        unseal(user, sealed, context=PLACE)
    with pytest.raises(Erased):
        unseal(User.objects.get(pk=user.pk), sealed, context=PLACE)


def test_it_never_makes_a_new_key_for_an_erased_person(user: User) -> None:
    destroy(user)
    with pytest.raises(Erased):
        seal(user, "again", context=PLACE)


def test_it_keeps_the_first_time_of_destruction(user: User) -> None:
    destroy(user)
    first = PersonKey.objects.get(user=user).destroyed_at
    destroy(user)
    assert PersonKey.objects.get(user=user).destroyed_at == first


def test_it_opens_under_an_older_master_key_and_seals_under_the_newest(
    user: User, other_user: User, settings: Settings
) -> None:
    sealed = seal(user, "before", context=PLACE)
    newest, *older = Fernet.generate_key().decode(), *settings.KEYS.vault_keys
    settings.KEYS = replace(settings.KEYS, vault_keys=[newest, *older])
    assert unseal(user, sealed, context=PLACE) == b"before"

    later = seal(other_user, "after", context=PLACE)
    settings.KEYS = replace(settings.KEYS, vault_keys=[newest])
    assert unseal(other_user, later, context=PLACE) == b"after"
    with pytest.raises(Damaged, match="No master key"):
        unseal(user, sealed, context=PLACE)


def test_it_reads_a_key_fetched_beside_the_user_without_a_query(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sealed = seal(user, "张三", context=PLACE)
    loaded = User.objects.select_related("person_key").get(pk=user.pk)
    with django_assert_num_queries(0):
        assert unseal(loaded, sealed, context=PLACE).decode() == "张三"
