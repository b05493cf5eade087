"""The materials of a filing …"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.records.models import Record
from accounts.users.models import User
from accounts.users.services import accept_on_behalf, publish_agreement
from config import filing_pack
from marking.works.models import Work

pytestmark = pytest.mark.django_db


def packed(owner: User, folder: Path) -> dict[str, bytes]:
    path = folder / "pack.zip"
    call_command("filing", "--out", str(path), "--user", owner.email.upper(), "--json")
    with zipfile.ZipFile(path) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def test_they_hold_a_checked_sample_of_every_format_once(verified_user: User, tmp_path: Path) -> None:
    publish_agreement()
    accept_on_behalf(by=None, user=verified_user)
    files = packed(verified_user, tmp_path)
    samples = {name for name in files if name.startswith("samples/") and not name.endswith(".json")}
    assert {name.rpartition(".")[2] for name in samples} == {each.extension for each in filing_pack.FORMATS}
    for name in samples:
        report = json.loads(files[f"{name}.report.json"])
        assert (report["verdict"], report["marked_here"]["state"]) == ("confirmed", "intact"), name
    assert {"README.en.md", "README.zh.md", "keys.json", "marking.json"} <= set(files)
    assert any(name.startswith("agreements/v") for name in files)
    assert json.loads(files["marking.json"])["rules"]["CN"]["source"].startswith("Labelling Measures")
    assert Record.objects.filter(kind="work.released").count() == len(samples)
    assert packed(verified_user, tmp_path) == files, "a second pack takes the same samples"
    assert Work.objects.count() == len(samples)


def test_an_account_without_a_real_name_makes_none(user: User, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="real name"):
        packed(user, tmp_path)
    assert not (tmp_path / "pack.zip").exists()


def test_somebody_unknown_makes_none(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no account"):
        call_command("filing", "--out", str(tmp_path / "a.zip"), "--user", "nobody@example.com")
