from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from accounts.records.models import Checkpoint, Record
from accounts.records.sequencing import advance
from accounts.records.tile_files import TileFiles
from accounts.records.tiles import Tile
from accounts.records.verify import Findings
from accounts.records.verify_tree import check_bytes

ROOT = Path(__file__).resolve().parents[3]
KILLS = 24
Write = Callable[..., Record]


def test_nothing_that_was_told_is_lost_when_processes_are_killed() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.accounts.records.crashes", str(KILLS), "7"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    counts = json.loads(done.stdout)
    assert counts["kills"] >= KILLS
    assert counts["records"] > 0
    assert counts["shards"] > 1


class FailingDisk:
    """A disk that fails at one call of one kind."""

    def __init__(self, kind: str, call: int) -> None:
        self.kind, self.left = kind, call

    def _spend(self, kind: str) -> None:
        self.left -= kind == self.kind
        if kind == self.kind and self.left == 0:
            raise OSError(errno.EIO, "no luck")

    def write(self, descriptor: int, content: bytes) -> int:
        self._spend("write")
        return os.write(
            descriptor, content[: max(1, len(content) // 2)]
        )  # a disk may take less than it is given

    def fsync(self, descriptor: int) -> None:
        self._spend("fsync")
        os.fsync(descriptor)

    def rename(self, source: Path, target: Path) -> None:
        self._spend("rename")
        os.rename(source, target)


@pytest.mark.parametrize("kind", ["write", "fsync", "rename"])
def test_a_disk_that_fails_anywhere_leaves_a_log_that_goes_on(
    write: Write, files: TileFiles, kind: str
) -> None:
    """One run for each call of the kind, until one has all the calls that it needs."""
    call = 0
    while True:
        call += 1
        write()
        disk = FailingDisk(kind, call)
        before = Checkpoint.objects.count()
        with suppress(OSError):
            advance(files=TileFiles(files.folder, disk))
        if disk.left > 0:
            break
        assert Checkpoint.objects.count() == before
        assert advance() is not None
    findings = Findings()
    check_bytes(findings)
    assert (findings.told, call > 2) == ([], True)
    assert list((files.folder / "unfinished").iterdir()) == []


class BusyDisk(FailingDisk):
    """A disk that never fails, during each of whose first renames somebody writes another record."""

    def __init__(self, write: Write, most: int) -> None:
        super().__init__("none", 0)
        self.record, self.most = write, most

    def rename(self, source: Path, target: Path) -> None:
        super().rename(source, target)
        if self.most:
            self.most -= 1
            self.record()


def test_it_signs_what_there_is_and_does_not_run_after_what_is_written_meanwhile(
    write: Write, files: TileFiles
) -> None:
    for _ in range(3):
        write()
    disk = BusyDisk(write, most=20)
    checkpoint = advance(files=TileFiles(files.folder, disk))
    assert checkpoint is not None
    assert disk.most < 20
    assert 3 <= checkpoint.size < Record.objects.count()
    assert advance() is not None
    assert Checkpoint.objects.order_by("-size")[0].size == Record.objects.count()


def test_a_tile_that_is_there_is_not_written_again(files: TileFiles) -> None:
    files.write(Tile(0, 0, 1), bytes(32))
    before = files.place(Tile(0, 0, 1)).stat().st_ino
    files.write(Tile(0, 0, 1), bytes(32))
    assert files.place(Tile(0, 0, 1)).stat().st_ino == before
    files.write(Tile(0, 0, 1), bytes(31) + b"1")
    assert files.read(Tile(0, 0, 1)).endswith(b"1")
    files.remove_partials(Tile(5, 0))
