"""A key of its own …"""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as some
from pytest_django.fixtures import Settings

from accounts.vault.wrapped_key import (
    Damaged,
    Erased,
    new_wrapped_key,
    seal_under,
    unseal_under,
    unwrap,
    unwrapping_once,
)

PLACE = "case.contact:8Z0K3W5V7N"


@given(some.binary(max_size=64), some.text(max_size=16))
@limits(max_examples=20, deadline=None)
def test_it_opens_any_bytes_and_adds_28_of_its_own(value: bytes, context: str) -> None:
    key = new_wrapped_key()
    sealed = seal_under(key, value, context=context)
    assert len(sealed) == len(value) + 28
    assert unseal_under(memoryview(key), memoryview(sealed), context=context) == value


def test_it_opens_text_as_utf_8() -> None:
    key = new_wrapped_key()
    assert unseal_under(key, seal_under(key, "张三", context=PLACE), context=PLACE).decode() == "张三"


def test_it_opens_nothing_of_another_key_or_place() -> None:
    key, other = new_wrapped_key(), new_wrapped_key()
    sealed = seal_under(key, "mine", context=PLACE)
    for wrapped, context in ((other, PLACE), (key, "case.contact:another")):
        with pytest.raises(Damaged, match="does not open in this place"):
            unseal_under(wrapped, sealed, context=context)
    with pytest.raises(Damaged, match="at least 28 bytes; found 27"):
        unseal_under(key, sealed[:27], context=PLACE)


def test_once_destroyed_it_opens_nothing_and_seals_nothing() -> None:
    sealed = seal_under(new_wrapped_key(), "gone", context=PLACE)
    with pytest.raises(Erased):
        unseal_under(None, sealed, context=PLACE)
    with pytest.raises(Erased):
        seal_under(None, "late", context=PLACE)


def test_it_survives_a_change_of_the_master_key_and_not_its_loss(settings: Settings) -> None:
    wrapped, fresh = new_wrapped_key(), Fernet.generate_key().decode()
    key = unwrap(wrapped)
    settings.KEYS = replace(settings.KEYS, vault_keys=[fresh, *settings.KEYS.vault_keys])
    assert unwrap(wrapped) == key
    settings.KEYS = replace(settings.KEYS, vault_keys=[fresh])
    with pytest.raises(Damaged, match="No master key"):
        unwrap(wrapped)


def test_it_unwraps_a_key_once_while_asked_to_and_forgets_it_then(settings: Settings) -> None:
    known, met_later = new_wrapped_key(), new_wrapped_key()
    with unwrapping_once():
        key = unwrap(known)
        settings.KEYS = replace(settings.KEYS, vault_keys=[Fernet.generate_key().decode()])
        assert unwrap(memoryview(known)) == key
        for wrapped, refusal in ((met_later, Damaged), (None, Erased)):
            with pytest.raises(refusal):
                unwrap(wrapped)
    with pytest.raises(Damaged):
        unwrap(known)
