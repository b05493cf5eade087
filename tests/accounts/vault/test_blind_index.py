from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as some
from pytest_django import Settings

from accounts.vault.blind_index import blind_index

FROZEN = "a312f1a1dcaca4f15d47d56f2b4a42181db76b663ee404e03699c77684a33488"


@pytest.mark.parametrize(
    "spelling",
    [
        "11010519491231002X",
        "11010519491231002x",
        "110105 19491231 002X",
        "110105-19491231-002x",
        "１１０１０５１９４９１２３１００２Ｘ",  # full-width, as a Chinese keyboard types it
        "\u200b110105\u00a019491231\u2013002X ",
    ],
)
def test_it_gives_every_spelling_of_a_number_one_index(spelling: str) -> None:
    assert blind_index("identity", spelling) == blind_index("identity", "11010519491231002X")


def test_it_is_the_published_construction_under_a_known_key(settings: Settings) -> None:
    settings.KEYS = replace(settings.KEYS, blind_index_key="00" * 32)
    key = hmac.new(bytes(32), b"blind index: identity", hashlib.sha256).digest()
    assert blind_index("identity", "E1234") == hmac.new(key, b"e1234", hashlib.sha256).digest()
    assert blind_index("identity", "E1234").hex() == FROZEN


def test_it_differs_by_purpose_by_value_and_by_installation(settings: Settings) -> None:
    first = blind_index("identity", "1")
    assert len(first) == 32
    assert first != blind_index("phone", "1")
    assert first != blind_index("identity", "2")
    settings.KEYS = replace(settings.KEYS, blind_index_key="11" * 32)
    assert first != blind_index("identity", "1")


@given(some.text(max_size=20))
@limits(max_examples=50, deadline=None)
def test_it_takes_any_text_and_its_upper_case_alike(value: str) -> None:
    assert blind_index("any", value) == blind_index("any", f" {value}-")
