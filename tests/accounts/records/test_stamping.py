"""Time stamps over the log …"""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.records import export, queries, stamping
from accounts.records.models import Checkpoint, Record, Stamp
from accounts.records.sequencing import advance
from accounts.records.stamping import Unstamped
from accounts.records.tile_files import TileFiles
from tests.programs import require

from .stamp_authority import Authority, authority

pytestmark = pytest.mark.django_db
Write = Callable[..., Record]


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    require("openssl", "openssl")
    with authority(tmp_path_factory.mktemp("authority")) as made:
        yield made


@pytest.fixture
def named(listening: Authority, settings: Settings) -> Authority:
    """The authority, as the settings name it."""
    cache.clear()
    listening.answers.clear()
    _name(settings, listening.url, listening.root)
    return listening


def _name(settings: Settings, url: str, roots: str) -> None:
    values = {"YINJI_LOG_TIMESTAMP_URL": url, "YINJI_LOG_TIMESTAMP_ROOTS": roots}
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, values={**settings.ENVIRONMENT.values, **values})


@pytest.fixture
def signed(write: Write, files: TileFiles) -> Checkpoint:
    write(subject="work:A")
    checkpoint = advance(files=files)
    assert checkpoint is not None
    return checkpoint


def test_a_checkpoint_is_stamped_once_a_day(
    named: Authority, signed: Checkpoint, write: Write, files: TileFiles
) -> None:
    first = stamping.stamp_daily()
    assert first is not None
    assert abs(first.at - timezone.now()) < timedelta(minutes=1)
    write(subject="work:B")
    advance(files=files)
    assert stamping.stamp_daily() is None
    assert stamping.stamp_daily(now=timezone.now() + stamping.EVERY) is not None
    assert list(Stamp.objects.values_list("checkpoint_id", flat=True).order_by("pk")) == [1, 2]


def test_the_same_checkpoint_is_not_stamped_again(named: Authority, signed: Checkpoint) -> None:
    stamping.stamp_daily()
    asked = named.asked
    assert stamping.stamp_daily(now=timezone.now() + 2 * stamping.EVERY) is None
    assert named.asked == asked


def test_nobody_is_asked_where_none_is_named(signed: Checkpoint) -> None:
    assert stamping.stamp_daily() is None


def test_the_log_says_since_when_it_stood(named: Authority, signed: Checkpoint) -> None:
    assert queries.witnessed().stamped is None
    stamp = stamping.stamp(signed)
    assert queries.witnessed().stamped == stamping.Stamped(1, stamp.at)


def test_the_command_says_so(
    named: Authority, signed: Checkpoint, capsys: pytest.CaptureFixture[str]
) -> None:
    stamping.stamp(signed)
    call_command("records", "verify", "--bytes")
    assert "Timestamped up to record 1 on " in capsys.readouterr().out
    call_command("records", "verify", "--bytes", "--json")
    assert json.loads(capsys.readouterr().out)["signed"]["timestamped"] == 1


def test_a_stamp_whose_roots_are_not_trusted_any_more_counts_for_nothing(
    named: Authority, signed: Checkpoint, settings: Settings, tmp_path: Path
) -> None:
    stamping.stamp(signed)
    with authority(tmp_path / "other", "Another") as other:
        _name(settings, named.url, other.root)
        assert queries.witnessed().stamped is None
        with pytest.raises(Unstamped):
            stamping.stamp(signed)


def test_a_stamp_over_something_else_is_refused(
    named: Authority, signed: Checkpoint, write: Write, files: TileFiles
) -> None:
    stamp = stamping.stamp(signed)
    write(subject="work:B")
    other = advance(files=files)
    assert other is not None
    with pytest.raises(Unstamped):
        stamping.checked(bytes(stamp.reply), other)


def test_an_answer_to_another_request_is_refused(named: Authority, signed: Checkpoint) -> None:
    reply = bytes(stamping.stamp(signed).reply)
    named.answers.append((200, reply))
    with pytest.raises(Unstamped, match=r"(?i)nonce"):
        stamping.stamp(signed)


@pytest.mark.parametrize(
    "answer", [(200, b""), (200, b"<html>"), (500, b""), (200, b"0" * 100_000), (302, b"")]
)
def test_what_is_no_stamp_is_told_and_asked_again_later(
    named: Authority, signed: Checkpoint, answer: tuple[int, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    named.answers.append(answer)
    assert stamping.stamp_daily() is None
    assert "was not timestamped" in caplog.text
    assert stamping.stamp_daily() is None, "it is left alone for a while"
    cache.clear()
    assert stamping.stamp_daily() is not None


def test_every_byte_of_a_stamp_counts(named: Authority, signed: Checkpoint) -> None:
    """A flipped byte either no longer verifies or lies where nothing is said: the stamped time is never another one."""
    stamp = stamping.stamp(signed)
    reply = bytes(stamp.reply)
    for index in range(0, len(reply), 7):
        changed = reply[:index] + bytes([reply[index] ^ 1]) + reply[index + 1 :]
        try:
            assert stamping.checked(changed, signed) == stamp.at, index
        except Unstamped:
            continue


def test_an_authority_that_is_gone_is_told(
    signed: Checkpoint, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    cache.clear()
    _name(settings, "http://127.0.0.1:9/", "")
    assert stamping.stamp_daily() is None
    assert "was not timestamped" in caplog.text


def test_a_stamp_is_never_changed(named: Authority, signed: Checkpoint) -> None:
    stamp = stamping.stamp(signed)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Stamp.objects.filter(pk=stamp.pk).update(reply=b"")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        stamp.delete()


def test_an_export_brings_it_along_and_openssl_accepts_it(
    named: Authority, signed: Checkpoint, write: Write, files: TileFiles, tmp_path: Path
) -> None:
    write(subject="work:B")
    advance(files=files)
    newest = Checkpoint.objects.latest("size")
    stamping.stamp(newest)
    package = export.package(subject="work:A")
    with zipfile.ZipFile(io.BytesIO(package.content)) as content:
        text, reply = content.read("checkpoints/2.txt"), content.read("timestamps/2.tsr")
    (tmp_path / "text").write_bytes(text.partition(b"\n\n")[0] + b"\n")
    (tmp_path / "reply").write_bytes(reply)
    (tmp_path / "root").write_text(named.root)
    check = ["openssl", "ts", "-verify", "-data", "text", "-in", "reply", "-CAfile", "root"]
    done = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
