"""Keys of indexes, with versions."""

from __future__ import annotations

import pytest

from accounts.vault.index_key import IndexKey, read_all


def test_it_reads_what_it_writes_and_shows_no_key() -> None:
    key = IndexKey.new(7)
    assert IndexKey.read(key.write()) == key
    assert key.key.hex() not in repr(key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "0 " + "00" * 32,
        "32768 " + "00" * 32,
        "x " + "00" * 32,
        "1 00",
        "1 " + "zz" * 32,
        "² " + "00" * 32,
    ],
)
def test_it_refuses_what_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match=r"index key|hexadecimal|non-hex"):
        IndexKey.read(text)


@pytest.mark.parametrize("versions", [[1, 2], [1, 1], [3, 1, 2]])
def test_versions_fall(versions: list[int]) -> None:
    with pytest.raises(ValueError, match="fall from the first to the last"):
        read_all(IndexKey.new(version).write() for version in versions)
    assert [key.version for key in read_all(IndexKey.new(version).write() for version in (4, 2, 1))] == [
        4,
        2,
        1,
    ]
