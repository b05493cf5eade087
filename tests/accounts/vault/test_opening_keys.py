"""Where the opening keys lie, and who reads which."""

from __future__ import annotations

import stat
from pathlib import Path
from threading import Thread

import pytest

from accounts.vault.opening import OpeningKey, SealingKey
from accounts.vault.opening_keys import (
    PRIVATE_NAME,
    PUBLIC_NAME,
    OpeningKeysError,
    add,
    load_opening,
    load_sealing,
)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A data folder with a first pair."""
    load_sealing(tmp_path, given="", may_create=True)
    return tmp_path


def test_it_makes_a_private_pair_once(made: Path) -> None:
    first = load_sealing(made, given="", may_create=False)
    assert [key.sealing for key in load_opening(made, {})] == list(first)
    assert [stat.S_IMODE((made / name).stat().st_mode) for name in (PRIVATE_NAME, PUBLIC_NAME)] == [
        0o600,
        0o600,
    ]
    assert sorted(path.name for path in made.iterdir()) == [PRIVATE_NAME, PUBLIC_NAME]


def test_of_processes_that_start_together_one_makes_it(tmp_path: Path) -> None:
    found: list[tuple[SealingKey, ...]] = []
    starts = [
        Thread(target=lambda: found.append(load_sealing(tmp_path, given="", may_create=True)))
        for _ in range(6)
    ]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len(found) == 6
    assert len(set(found)) == 1


def test_it_needs_no_private_key_where_the_public_one_is_given(tmp_path: Path) -> None:
    key = OpeningKey.new()
    assert load_sealing(tmp_path, given=key.sealing.text, may_create=False) == (key.sealing,)
    assert list(tmp_path.iterdir()) == []


def test_it_opens_no_private_file_to_seal(made: Path) -> None:
    (made / PRIVATE_NAME).unlink()
    assert len(load_sealing(made, given="", may_create=False)) == 1


@pytest.mark.parametrize("may_create", [True, False])
def test_it_makes_no_new_pair_beside_an_old_one(made: Path, may_create: bool) -> None:
    (made / PUBLIC_NAME).unlink()
    with pytest.raises(OpeningKeysError, match="restore it from its backup"):
        load_sealing(made, given="", may_create=may_create)


def test_it_makes_none_for_a_vault_that_has_one(tmp_path: Path) -> None:
    with pytest.raises(OpeningKeysError, match="There is a vault but no"):
        load_sealing(tmp_path, given="", may_create=False)


def test_the_keeper_takes_it_from_its_environment_or_a_file_named_there(made: Path, tmp_path: Path) -> None:
    key = OpeningKey.new()
    assert load_opening(made, {"YINJI_VAULT_OPENING_KEY": key.text}) == (key,)
    file = tmp_path / "elsewhere"
    file.write_text(key.text)
    file.chmod(0o600)
    assert load_opening(made, {"YINJI_VAULT_OPENING_KEY_FILE": str(file)}) == (key,)


def test_it_puts_a_new_pair_in_front(made: Path) -> None:
    old = load_sealing(made, given="", may_create=False)
    new = add(made)
    assert load_sealing(made, given="", may_create=False) == (new, *old)
    assert [key.sealing for key in load_opening(made, {})] == [new, *old]


def test_it_refuses_a_private_file_that_others_may_read(made: Path) -> None:
    (made / PRIVATE_NAME).chmod(0o640)
    with pytest.raises(OpeningKeysError, match="mode 0600"):
        load_opening(made, {})


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"", "holds no key"), (b"ab", "key 1 is not"), (b"\xff", "cannot be read")]
)
def test_it_says_what_is_wrong_with_a_file(made: Path, content: bytes, sentence: str) -> None:
    for name in (PRIVATE_NAME, PUBLIC_NAME):
        (made / name).write_bytes(content)
    with pytest.raises(OpeningKeysError, match=sentence):
        load_opening(made, {})
    with pytest.raises(OpeningKeysError, match=sentence):
        load_sealing(made, given="", may_create=False)


def test_it_says_which_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(OpeningKeysError, match=r"vault-opening\.keys cannot be read: No such file"):
        load_opening(tmp_path, {})
