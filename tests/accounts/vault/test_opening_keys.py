"""Where the opening keys lie, and who reads which."""

from __future__ import annotations

import itertools
import signal
import stat
import subprocess
import sys
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


def test_it_makes_no_new_pair_beside_an_old_one(made: Path) -> None:
    private, public = ((made / name).read_text() for name in (PRIVATE_NAME, PUBLIC_NAME))
    (made / PUBLIC_NAME).unlink()
    with pytest.raises(OpeningKeysError, match="restore it from its backup"):
        load_sealing(made, given="", may_create=False)
    load_sealing(made, given="", may_create=True)
    assert (made / PRIVATE_NAME).read_text() == private
    assert (made / PUBLIC_NAME).read_text() == public


DIES = """
import itertools, os, signal, sys
from pathlib import Path
from accounts.vault import opening_keys
folder, action, last = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
moments = itertools.count(1)

def die(event, args):
    if event in ("open", "os.rename") and str(folder) in str(args[0]) and next(moments) == last:
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(die)
opening_keys.add(folder, {}) if action == "add" else opening_keys.load_sealing(folder, given="", may_create=True)
"""
"""Kills itself at one of the moments in which it opens a file or puts it into its place (PEP 578)."""


def dies(folder: Path, action: str, moment: int) -> bool:
    """Whether a process that writes keys into ``folder`` was killed before it had done so."""
    done = subprocess.run([sys.executable, "-c", DIES, str(folder), action, str(moment)], timeout=60)
    assert done.returncode in (0, -signal.SIGKILL)
    return done.returncode != 0


def test_whenever_a_first_start_is_killed_the_next_one_succeeds_with_the_same_key(tmp_path: Path) -> None:
    written = []
    for moment in itertools.count(1):
        folder = tmp_path / str(moment)
        folder.mkdir()
        was_killed = dies(folder, "make", moment)
        private = (folder / PRIVATE_NAME).read_text() if (folder / PRIVATE_NAME).exists() else ""
        written.append(bool(private))
        sealing = load_sealing(folder, given="", may_create=True)
        assert private in ("", (folder / PRIVATE_NAME).read_text())
        assert [key.sealing for key in load_opening(folder, {})] == list(sealing)
        assert sorted(path.name for path in folder.iterdir()) == [PRIVATE_NAME, PUBLIC_NAME]
        if not was_killed:
            break
    assert len(written) > 6
    assert {*written[:-1]} == {True, False}


def test_whenever_the_adding_of_a_pair_is_killed_every_public_key_has_its_private_half(made: Path) -> None:
    for moment in itertools.count(1):
        before = load_sealing(made, given="", may_create=False)
        was_killed = dies(made, "add", moment)
        sealing = load_sealing(made, given="", may_create=False)
        assert {key.sealing for key in load_opening(made, {})} >= {*before, *sealing}
        if not was_killed:
            break
    assert moment > 6


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
