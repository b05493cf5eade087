"""Sealing for a key that this process need not hold."""

from __future__ import annotations

import pytest

from accounts.vault.opening import (
    SEALED_KEY_BYTES,
    OpeningKey,
    OpeningKeyInvalid,
    read_opening_keys,
    read_sealing_keys,
    write_keys,
)

KEY, PLACE = bytes(range(32)), "vault.key:1"


def test_only_the_private_half_opens_it() -> None:
    key, other = OpeningKey.new(), OpeningKey.new()
    sealed = key.sealing.seal(KEY, context=PLACE)
    assert len(sealed) == SEALED_KEY_BYTES
    assert key.open(sealed, context=PLACE) == KEY
    assert other.open(sealed, context=PLACE) is None
    assert sealed != key.sealing.seal(KEY, context=PLACE)


@pytest.mark.parametrize("place", [0, 31, 32, 63, -1])
def test_it_opens_in_its_own_place_and_unchanged(place: int) -> None:
    key = OpeningKey.new()
    sealed = key.sealing.seal(KEY, context=PLACE)
    changed = bytearray(sealed)
    changed[place] ^= 1
    assert key.open(bytes(changed), context=PLACE) is None
    assert key.open(sealed, context="vault.key:2") is None


@pytest.mark.parametrize("sealed", [b"", bytes(31), bytes(80)])
def test_it_opens_nothing_that_is_none(sealed: bytes) -> None:
    assert OpeningKey.new().open(sealed, context=PLACE) is None


def test_it_is_the_x25519_of_rfc_7748() -> None:
    """Section 5.2: one iteration from the base point."""
    key = OpeningKey("09" + 31 * "00")
    assert key.sealing.text == "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"


def test_it_writes_what_it_reads_and_shows_no_private_key() -> None:
    keys = (OpeningKey.new(), OpeningKey.new())
    assert read_opening_keys(write_keys(keys)) == keys
    public = tuple(key.sealing for key in keys)
    assert read_sealing_keys(f"{public[0].text}, {public[1].text}") == public
    assert len({key.id for key in public}) == 2
    assert keys[0].text not in repr(keys)


@pytest.mark.parametrize("text", ["ab", "z" * 64, "A" * 64, "é" * 64])
def test_it_says_which_key_is_none_without_repeating_it(text: str) -> None:
    with pytest.raises(
        OpeningKeyInvalid, match="64 lower-case hex digits for each key; key 2 is not"
    ) as caught:
        read_opening_keys(f"{OpeningKey.new().text} {text}")
    assert text not in str(caught.value)
