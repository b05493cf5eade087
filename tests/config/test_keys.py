from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from config import keys
from marking.marks.watermark.detection import FALSE_POSITIVES


def test_it_makes_a_private_file_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "keys.json"
    first = keys.load_or_create(path, may_create=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.load_or_create(path, may_create=True) == first
    assert list(path.parent.iterdir()) == [path]


def test_it_keeps_secrets_out_of_its_text(tmp_path: Path) -> None:
    made = keys.load_or_create(tmp_path / "keys.json", may_create=True)
    assert made.secret_key not in repr(made)
    assert repr(made) == "Keys()"


def test_it_never_makes_new_keys_for_an_old_database(tmp_path: Path) -> None:
    with pytest.raises(keys.KeysError, match="restore the key file"):
        keys.load_or_create(tmp_path / "keys.json", may_create=False)


def test_it_refuses_a_file_that_others_can_read(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    keys.load_or_create(path, may_create=True)
    path.chmod(0o640)
    with pytest.raises(keys.KeysError, match="its mode is 0640"):
        keys.load_or_create(path, may_create=True)


def test_it_never_replaces_a_file_that_another_process_made_first(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    first = keys.load_or_create(path, may_create=True)
    keys._create(path)
    assert keys.load_or_create(path, may_create=True) == first


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("not json", "cannot be read"),
        ("[]", "lacks"),
        (json.dumps({"secret_key": "x"}), "lacks blind_index_key"),
    ],
)
def test_it_says_what_is_wrong_with_a_damaged_file(tmp_path: Path, content: str, complaint: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(keys.KeysError, match=complaint):
        keys.load_or_create(path, may_create=True)


@pytest.mark.parametrize(
    "damage",
    [
        {"vault_keys": ["short"]},
        {"vault_keys": []},
        {"watermark_keys": ["no hex"]},
        {"watermark_keys": ["00"] * (keys.MOST_WATERMARK_KEYS + 1)},
        {"blind_index_key": None},
    ],
)
def test_it_refuses_keys_that_cannot_be_used(tmp_path: Path, damage: dict[str, object]) -> None:
    path = tmp_path / "keys.json"
    keys.load_or_create(path, may_create=True)
    path.write_text(json.dumps(json.loads(path.read_text()) | damage))
    with pytest.raises(keys.KeysError, match="cannot be used"):
        keys.load_or_create(path, may_create=True)


def test_it_allows_as_many_watermark_keys_as_err_less_than_once_in_a_million() -> None:
    assert (
        keys.MOST_WATERMARK_KEYS * FALSE_POSITIVES <= 1e-6 < (keys.MOST_WATERMARK_KEYS + 1) * FALSE_POSITIVES
    )
