"""``manage.py vault``."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from accounts.records.deep import opened
from accounts.records.models import Record
from accounts.records.verify import verify
from accounts.users.models import User
from accounts.vault import keeper, sealing
from accounts.vault.opening_keys import PRIVATE_NAME, load_opening, load_sealing
from accounts.vault.store.models import SealedIdentity
from config import held_keys, keys
from config.management.commands.vault import KINDS
from tests.accounts.identity.test_adopting import as_before

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """A data folder of its own with the keys of the test run."""
    for name in ("keys.json", "vault-opening.keys", "vault-sealing.keys"):
        shutil.copy(settings.DATA / name, tmp_path)
    settings.DATA = tmp_path
    settings.KEYS_FILE, settings.SEALING_KEYS_FILE = tmp_path / "keys.json", tmp_path / "vault-sealing.keys"
    return tmp_path


def _restarted(settings: Settings) -> None:
    settings.KEYS = keys.load_or_create(settings.DATA / "keys.json", may_create=False)
    settings.SEALING_KEYS = load_sealing(settings.DATA, given="", may_create=False)


def _run(*words: str) -> Any:
    out = io.StringIO()
    call_command("vault", *words, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_it_changes_every_key_one_after_another(
    verified_user: User, folder: Path, settings: Settings
) -> None:
    _restarted(settings)
    for kind in ("master", "index", "opening"):
        assert _run("new-key", kind)["kind"] == kind
        _restarted(settings)
        before = _run("status")
        assert before[kind] == {"keys": 2, "outdated": 1}
        assert set(_run("rotate", f"--{kind}")) == {kind}
        assert _run("status")[kind] == {"keys": 2, "outdated": 0}
    assert not keeper.is_present()
    assert _run("status") == {
        "identities": 1,
        **{kind: {"keys": 2, "outdated": 0} for kind in ("master", "index", "opening")},
        "unadopted": 0,
        "to_forget": 0,
    }


def test_it_rotates_everything_in_words(verified_user: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("vault", "rotate")
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "master: changed 0, unreadable 0",
        "index: indexed 0, unreadable 0, pruned 0, duplicates none",
        "opening: changed 0, unreadable 0",
    ]


def test_the_master_key_is_rotated_where_the_opening_key_is_not(verified_user: User, folder: Path) -> None:
    (folder / PRIVATE_NAME).unlink()
    assert _run("rotate", "--master")["master"]["unreadable"] == 0
    with pytest.raises(CommandError, match=r"vault-opening\.keys cannot be read"):
        _run("rotate")


def test_it_ends_with_1_where_something_does_not_open(
    verified_user: User, folder: Path, settings: Settings
) -> None:
    _run("new-key", "opening")
    _restarted(settings)
    SealedIdentity.objects.update(wrapped_key=bytes(80))
    with pytest.raises(CommandError, match="1 could not be opened") as caught:
        _run("rotate", "--opening")
    assert caught.value.returncode == 1


def test_it_names_the_tables_that_hold_keys_as_the_manual_does(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("vault", "key-tables")
    tables = capsys.readouterr().out.splitlines()
    assert _run("key-tables") == {"tables": tables}
    manual = (Path(keys.__file__).parents[1] / "docs" / "operating.md").read_text()
    listed = manual.partition("<!-- key tables -->")[2].partition("<!-- end of key tables -->")[0]
    assert re.findall(r"^\| `(\w+)`", listed, re.MULTILINE) == tables


def test_it_adopts_claims_of_earlier_versions(verified_user: User) -> None:
    as_before(verified_user.identity_claims.get())
    assert _run("status")["unadopted"] == 1
    assert _run("adopt") == {"guardianships": 0, "adopted": 1, "unreadable": 0}
    assert _run("status")["unadopted"] == 0


def test_it_leaves_a_key_alone_that_is_given_as_a_value(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YINJI_VAULT_OPENING_KEY", "ab" * 32)
    with pytest.raises(CommandError, match="put a new one in front there"):
        _run("new-key", "opening")


def test_it_says_why_a_key_file_cannot_be_changed(folder: Path) -> None:
    (folder / "keys.json").chmod(0o400)
    with pytest.raises(CommandError, match="read-only"):
        _run("new-key", "master")


def test_what_runs_reads_what_a_rotation_wrote_without_a_restart(verified_user: User, folder: Path) -> None:
    """The settings are those of the start throughout: nothing is restarted between the two commands."""
    sealed = sealing.seal(verified_user, "before", context="test")
    with keeper.holding(load_opening(folder)):
        keeper.hold(load_opening(folder), reread=lambda: load_opening(folder))
        for kind in KINDS:
            _run("new-key", kind)
            _run("rotate", f"--{kind}")
            assert _run("status")[kind] == {"keys": 2, "outdated": 0}
        for row in SealedIdentity.objects.all():
            assert keeper.open_row(row)[keeper.Field.NAME]
    assert sealing.unseal(verified_user, sealed, context="test") == b"before"


def test_what_runs_uses_no_file_that_holds_no_keys(verified_user: User, folder: Path) -> None:
    sealed = sealing.seal(verified_user, "before", context="test")
    (folder / "keys.json").write_text("{")
    assert sealing.unseal(verified_user, sealed, context="test") == b"before"


LISTS = {"master": "vault_keys", "index": "identity_index_keys", "opening": "vault_sealing_keys"}


def _told(kind: str) -> list[dict[str, Any]]:
    """What records of a kind say, with the list that they are about."""
    records = Record.objects.filter(kind=kind).order_by("sequence")
    return [{"list": each.subject.removeprefix("keys:"), **(opened(each) or {})} for each in records]


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_key_and_a_rotation_to_it_are_recorded_once(
    verified_user: User, folder: Path, kind: str
) -> None:
    before = held_keys.held()
    _run("new-key", kind)
    (old, new) = (each for each in _told("key.added") if each["list"] == LISTS[kind])
    assert old["keys"] == before[LISTS[kind]] == [old["key"]]
    assert new["keys"] == held_keys.held()[LISTS[kind]] == [new["key"], old["key"]]

    for _ in range(2):
        _run("rotate", f"--{kind}")
    (rotated,) = _told("key.rotated")
    assert (rotated["list"], rotated["key"], rotated["left"]) == (LISTS[kind], new["key"], 0)
    assert rotated["changed"] >= 1
    assert verify(is_deep=True).is_intact


def test_what_a_rotation_left_is_recorded(verified_user: User, folder: Path) -> None:
    _run("new-key", "opening")
    SealedIdentity.objects.update(wrapped_key=bytes(80))
    for _ in range(2):
        with pytest.raises(CommandError, match="1 could not be opened"):
            _run("rotate", "--opening")
    assert [(each["changed"], each["left"]) for each in _told("key.rotated")] == [(0, 1)]


def test_it_makes_no_key_that_the_log_cannot_be_told_of(folder: Path) -> None:
    before = (folder / "keys.json").read_bytes()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_record RENAME TO accounts_lost")
        with pytest.raises(DatabaseError):
            _run("new-key", "master")
        transaction.set_rollback(True)
    assert (folder / "keys.json").read_bytes() == before


def test_nothing_that_a_command_records_holds_a_key(verified_user: User, folder: Path) -> None:
    for kind in KINDS:
        _run("new-key", kind)
        _run("rotate", f"--{kind}")
    bodies = str([*_told("key.added"), *_told("key.rotated")])
    secrets = json.loads((folder / "keys.json").read_text())
    held = [*secrets["vault_keys"], *(key.text for key in load_opening(folder))]
    held += [key.partition(" ")[2] for key in secrets["identity_index_keys"]]
    assert len(held) == 6
    assert not [key for key in held if key in bodies]
