"""A key file from before labels and receipts were signed."""

from __future__ import annotations

import json
import stat
import threading
from pathlib import Path

import pytest

from config import keys


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A key file that lacks the keys of labels and receipts, and holds something that we don't know."""
    path = tmp_path / "keys.json"
    keys.load_or_create(path, may_create=True)
    content = json.loads(path.read_text()) | {"of_another_version": 1}
    for name in keys.ADDED:
        del content[name]
    path.write_text(json.dumps(content))
    return path


def test_it_adds_what_is_lacking_once_and_keeps_the_rest(older: Path) -> None:
    before = json.loads(older.read_text())
    loaded = keys.load_or_create(older, may_create=False)
    after = json.loads(older.read_text())
    assert after == before | {
        "label_signing_keys": loaded.label_signing_keys,
        "receipt_signing_keys": loaded.receipt_signing_keys,
        "log_signing_keys": loaded.log_signing_keys,
        "identity_index_keys": loaded.identity_index_keys,
    }
    assert stat.S_IMODE(older.stat().st_mode) == 0o600
    assert keys.load_or_create(older, may_create=False) == loaded
    assert list(older.parent.iterdir()) == [older]


def test_documents_indexed_before_are_found_by_version_1(older: Path) -> None:
    before = json.loads(older.read_text())["blind_index_key"]
    assert keys.load_or_create(older, may_create=False).identity_index_keys == [f"1 {before}"]


def test_of_processes_that_start_together_the_first_one_wins(older: Path) -> None:
    loaded: list[keys.Keys] = []
    starts = [
        threading.Thread(target=lambda: loaded.append(keys.load_or_create(older, may_create=False)))
        for _ in range(6)
    ]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len({tuple(each.label_signing_keys) for each in loaded}) == 1
    assert list(older.parent.iterdir()) == [older]


def test_the_second_finds_it_done(older: Path) -> None:
    first = keys.load_or_create(older, may_create=False)
    assert keys._complete(older)["label_signing_keys"] == first.label_signing_keys


def test_it_follows_a_link_to_the_file_itself(older: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "keys.json"
    link.parent.mkdir()
    link.symlink_to(older)
    loaded = keys.load_or_create(link, may_create=False)
    assert link.is_symlink()
    assert keys.load_or_create(older, may_create=False) == loaded


def test_it_says_what_to_do_about_a_file_that_is_read_only(older: Path) -> None:
    before = older.read_bytes()
    older.chmod(0o400)
    with pytest.raises(
        keys.KeysError,
        match=r"lacks identity_index_keys, label_signing_keys, log_signing_keys, receipt_signing_keys.*it is read-only.*writable for one start",
    ):
        keys.load_or_create(older, may_create=False)
    assert older.read_bytes() == before


@pytest.mark.parametrize("texts", [[], ["ab"], ["0" * 64], ["7" * 64 + " yesterday"], [7], None])
def test_it_refuses_keys_of_labels_that_cannot_be_used(tmp_path: Path, texts: object) -> None:
    path = tmp_path / "keys.json"
    keys.load_or_create(path, may_create=True)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"label_signing_keys": texts}))
    with pytest.raises(keys.KeysError, match="cannot be used"):
        keys.load_or_create(path, may_create=True)


def test_it_keeps_the_keys_that_a_file_has_and_adds_only_those_of_receipts(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    first = keys.load_or_create(path, may_create=True)
    content = json.loads(path.read_text())
    del content["receipt_signing_keys"]
    path.write_text(json.dumps(content))
    second = keys.load_or_create(path, may_create=False)
    assert second.label_signing_keys == first.label_signing_keys
    assert second.receipt_signing_keys != first.receipt_signing_keys


@pytest.mark.parametrize("texts", [[], ["ab"], ["0" * 63 + "x"], ["7" * 64 + " yesterday"], [7], None])
def test_it_refuses_keys_of_receipts_that_cannot_be_used(tmp_path: Path, texts: object) -> None:
    path = tmp_path / "keys.json"
    keys.load_or_create(path, may_create=True)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"receipt_signing_keys": texts}))
    with pytest.raises(keys.KeysError, match="cannot be used"):
        keys.load_or_create(path, may_create=True)
