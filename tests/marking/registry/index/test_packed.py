"""Rows packed on the disk …"""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from marking.registry.index import shelf
from marking.registry.index.packed import Packed, Snapshot
from marking.registry.index.packing import columns_of
from marking.registry.index.source import Batch, Mark, joined

SEAL_AT = 40


@dataclass
class Log:
    """A database of fingerprints: a `Source` over a dictionary."""

    entries: dict[int, bytes] = field(default_factory=dict)
    is_settled: bool = True
    asked: list[int] = field(default_factory=list)

    def since(self, key: int) -> Batch:
        self.asked.append(key)
        return joined(
            Batch(np.array([each]), columns_of([code]), 1, Mark(each, code), Mark(each, code))
            for each, code in sorted(self.entries.items())
            if each >= key
        )

    def count_to(self, key: int) -> int:
        return sum(each <= key for each in self.entries)

    def write(self, number: int, seed: int = 1) -> None:
        start = max(self.entries, default=0) + 1
        random = np.random.default_rng([seed, start])
        self.entries |= {start + place: random.bytes(32) for place in range(number)}


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def everything(snapshot: Snapshot) -> dict[int, int]:
    """Each key, and its distance to the fingerprint of zeros."""
    keys, bits = zip(*snapshot.near(np.zeros(4, np.uint64), 256), strict=True)
    found = np.concatenate(keys).tolist()
    assert len(set(found)) == len(found)
    return dict(zip(found, np.concatenate(bits).tolist(), strict=True))


def expected(log: Log) -> dict[int, int]:
    return {key: int.from_bytes(code).bit_count() for key, code in log.entries.items()}


def is_whole(packed: Packed, log: Log) -> bool:
    return everything(packed.snapshot()) == expected(log)


def sealed(folder: Path, log: Log, rows: int = 100) -> Packed:
    packed = Packed(folder, log, seal_at=SEAL_AT)
    log.write(rows)
    packed.snapshot(patience=1)
    return packed


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.segment"))


def test_they_follow_the_log(folder: Path, log: Log) -> None:
    packed = Packed(folder, log, seal_at=SEAL_AT)
    for number in (0, 1, 5, 60, 3, 200, 41, 1):
        log.write(number)
        assert everything(packed.snapshot(patience=1)) == expected(log)


def test_they_read_nothing_twice(folder: Path, log: Log) -> None:
    packed = sealed(folder, log)
    log.write(7)
    packed.snapshot()
    log.asked.clear()
    packed.snapshot()
    assert log.asked == [107]


def test_they_wait_for_whoever_registers_before_they_are_written(folder: Path, log: Log) -> None:
    packed = Packed(folder, log, seal_at=SEAL_AT)
    log.write(SEAL_AT)
    packed.snapshot()
    assert segments(folder) == []
    packed.snapshot(patience=1)
    assert len(segments(folder)) == 1


def test_they_are_few_files_however_long_the_log_is(folder: Path, log: Log) -> None:
    packed = Packed(folder, log, seal_at=SEAL_AT)
    for _ in range(25):
        log.write(SEAL_AT)
        packed.snapshot(patience=1)
    assert 1 <= len(segments(folder)) <= 4
    assert is_whole(packed, log)
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_they_are_seen_by_another_process_at_once(folder: Path, log: Log) -> None:
    one, other = sealed(folder, log), Packed(folder, log, seal_at=SEAL_AT)
    assert is_whole(other, log)
    log.write(70)
    assert is_whole(other, log)
    one.snapshot(patience=1)
    log.write(1)
    assert is_whole(other, log)
    assert is_whole(one, log)


def test_they_are_written_by_one_at_a_time(folder: Path, log: Log) -> None:
    several = [Packed(folder, log, seal_at=SEAL_AT) for _ in range(4)]
    for _ in range(5):
        log.write(SEAL_AT)
        threads = [threading.Thread(target=each.snapshot, kwargs={"patience": 1}) for each in several]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert all(is_whole(each, log) for each in several)
    assert json.loads((folder / "manifest.json").read_bytes())["entries"] == 5 * SEAL_AT


def test_they_keep_nothing_of_a_transaction_that_may_be_rolled_back(folder: Path, log: Log) -> None:
    packed = sealed(folder, log, 3)
    log.is_settled = False
    before = dict(log.entries)
    log.write(90)
    assert everything(packed.snapshot(patience=1)) == expected(log)
    log.entries, log.is_settled = before, True
    log.write(4, seed=2)
    assert is_whole(packed, log)
    assert segments(folder) == []


def _truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 8)


def _emptied(path: Path) -> None:
    os.truncate(path, 0)


def _flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def _foreign(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(b"GIF89a__" + data[8:])


DAMAGE = [_truncated, _emptied, _flipped, _foreign, Path.unlink]


@pytest.mark.parametrize("damage", DAMAGE)
def test_they_are_made_anew_when_a_file_is_damaged(
    folder: Path, log: Log, damage: Callable[[Path], None]
) -> None:
    sealed(folder, log)
    damage(segments(folder)[0])
    anew = Packed(folder, log, seal_at=SEAL_AT)
    assert everything(anew.snapshot(patience=1)) == expected(log)
    assert is_whole(Packed(folder, log, seal_at=SEAL_AT), log)


@pytest.mark.parametrize(
    "change",
    [
        {"format": 99}, {"entries": 7}, {"entries": None}, {"key": 4}, {"key": 900}, {"fingerprint": "00" * 32},
        {"fingerprint": "x"}, {"segments": []}, {"segments": [{"file": "a"}]}, {"segments": 3},
    ],
)  # fmt: skip
def test_they_are_made_anew_when_the_manifest_is_wrong(
    folder: Path, log: Log, change: dict[str, object]
) -> None:
    sealed(folder, log)
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_bytes()) | change))
    assert is_whole(Packed(folder, log, seal_at=SEAL_AT), log)


def test_they_are_made_anew_when_they_are_of_another_format(
    folder: Path, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "FORMAT", 0)
    sealed(folder, log)
    monkeypatch.undo()
    assert is_whole(Packed(folder, log, seal_at=SEAL_AT), log)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xff", b"[]", b"null"])
def test_they_are_made_anew_when_the_manifest_is_none(folder: Path, log: Log, content: bytes) -> None:
    sealed(folder, log)
    (folder / "manifest.json").write_bytes(content)
    assert is_whole(Packed(folder, log, seal_at=SEAL_AT), log)


def test_they_are_made_anew_when_an_older_database_is_restored(folder: Path, log: Log) -> None:
    packed = sealed(folder, log, 60)
    older = dict(log.entries)
    log.write(60)
    packed.snapshot(patience=1)
    log.entries = older
    assert is_whole(packed, log)
    assert is_whole(Packed(folder, log, seal_at=SEAL_AT), log)


def test_they_are_made_anew_when_a_restored_database_went_its_own_way(folder: Path, log: Log) -> None:
    packed = sealed(folder, log, 60)
    older = dict(log.entries)
    log.write(60)
    packed.snapshot(patience=1)
    log.entries = older
    log.write(90, seed=2)
    assert is_whole(packed, log)
    assert is_whole(Packed(folder, log, seal_at=SEAL_AT), log)


def test_they_are_made_anew_when_the_database_has_more_than_was_taken_in(folder: Path, log: Log) -> None:
    log.entries[50] = bytes(range(32))
    sealed(folder, log)
    log.entries[20] = bytes(range(1, 33))
    assert is_whole(Packed(folder, log, seal_at=SEAL_AT), log)


def test_they_forget_a_tail_whose_last_entry_is_gone(folder: Path, log: Log) -> None:
    packed = sealed(folder, log)
    log.write(3)
    packed.snapshot()
    del log.entries[103]
    assert is_whole(packed, log)
    assert len(segments(folder)) == 1


def test_they_are_made_anew_on_request(folder: Path, log: Log) -> None:
    packed = sealed(folder, log)
    before = segments(folder)
    packed.rebuild()
    assert segments(folder) != before
    assert is_whole(packed, log)


def test_they_survive_a_writer_that_died_half_way(folder: Path, log: Log) -> None:
    packed = sealed(folder, log)
    (folder / ".0123.segment.99").write_bytes(b"half")
    (folder / "0123456789abcdef.segment").write_bytes(b"never named")
    assert is_whole(Packed(folder, log, seal_at=SEAL_AT), log)
    log.write(500)
    packed.snapshot(patience=1)
    assert len(segments(folder)) == 1
    assert not (folder / ".0123.segment.99").exists()


def test_they_do_without_a_disk_that_refuses(
    folder: Path, log: Log, caplog: pytest.LogCaptureFixture
) -> None:
    folder.write_text("no folder can be made here")
    packed = Packed(folder, log, seal_at=SEAL_AT)
    log.write(100)
    assert everything(packed.snapshot(patience=1)) == expected(log)
    assert "could not be written" in caplog.text


def _write_until_killed(folder: Path, started: threading.Event) -> None:
    log = Log()
    packed = Packed(folder, log, seal_at=SEAL_AT)
    for _ in range(1000):
        log.write(SEAL_AT)
        packed.snapshot(patience=1)
        started.set()


def test_they_are_whole_after_a_writer_was_killed(folder: Path, log: Log) -> None:
    context = multiprocessing.get_context("fork")
    started = context.Event()
    writer = context.Process(target=_write_until_killed, args=(folder, started))
    writer.start()
    assert started.wait(60)
    writer.kill()
    writer.join()
    while len(log.entries) < 1000 * SEAL_AT and log.count_to(10**9) < _last_key(folder):
        log.write(SEAL_AT)
    assert is_whole(Packed(folder, log, seal_at=SEAL_AT), log)


def _last_key(folder: Path) -> int:
    return int(json.loads((folder / "manifest.json").read_bytes())["key"])
