from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.works import numbers


@settings(max_examples=200, deadline=None)
@given(st.integers(1, numbers.LIMIT - 1))
def test_it_reads_back_what_it_wrote(number: int) -> None:
    text = numbers.write(number)
    assert len(text) == numbers.LENGTH
    assert numbers.read(text) == number
    assert numbers.read(text.lower()) == number


def test_it_agrees_with_crockfords_alphabet() -> None:
    # 2^48 - 1 in base 32 is 7 followed by nine times 31.
    assert numbers.write(numbers.LIMIT - 1) == "7ZZZZZZZZZ"
    assert numbers.write(32) == "0000000010"


def test_it_forgives_look_alikes() -> None:
    assert numbers.read("OOOOOOOOIl") == numbers.read("0000000011")


@pytest.mark.parametrize(
    "text", ["", "123", "0000000000", "8000000000", "ABCDEFGHU0", "ABCDEFGH-0", "０００００００００1"]
)
def test_it_refuses_what_is_no_work_number(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        numbers.read(text)


@pytest.mark.parametrize("number", [0, -1, numbers.LIMIT])
def test_it_refuses_to_write_what_has_not_48_bits(number: int) -> None:
    with pytest.raises(ValueError, match="found"):
        numbers.write(number)


def test_it_draws_numbers_that_nobody_can_guess() -> None:
    drawn = {numbers.new_number() for _ in range(200)}
    assert len(drawn) == 200
    assert all(0 < number < numbers.LIMIT for number in drawn)
