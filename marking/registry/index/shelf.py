"""The folder of an embedded index: sealed segments, and one manifest that says which of them count.

The manifest is replaced by a rename once its segments are safe on the disk, so a reader meets the old state or the new one,
and what a crash leaves behind is a file that no manifest names. One process writes at a time; readers need no lock.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from marking.registry.index.packing import Plan
from marking.registry.index.segment import Damaged, Segment, load, write
from marking.registry.index.source import Batch, Mark

FORMAT = 1
GROWTH = 4
"""A segment is merged with those before it that are at most so many times its size: there are never many of them."""

Stamp = tuple[int, int, int]
"""Inode, time of change and size of a manifest."""


@dataclass(frozen=True)
class Shelved:
    """What is on the disk: segments, the last entry that they hold, how many entries, and the manifest's stamp."""

    segments: tuple[Segment, ...] = ()
    mark: Mark | None = None
    entries: int = 0
    stamp: Stamp | None = None


class Shelf:
    """Reads and replaces what lies in ``folder``, which is made when something is written.

    ``plans``: how so many rows are cut into chunks.
    """

    def __init__(self, folder: Path, plans: Callable[[int], Plan]) -> None:
        self.folder = folder
        self._plans = plans
        self._manifest = folder / "manifest.json"

    def stamp(self) -> Stamp | None:
        """Tell one manifest from the next; None where there is none."""
        try:
            found = self._manifest.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def read(self, known: Shelved | None = None) -> Shelved:
        """Open what the manifest names; segments that ``known`` has open are kept. Raises Damaged."""
        kept = {segment.path: segment for segment in known.segments} if known else {}
        while (stamp := self.stamp()) is not None:
            try:
                return self._opened(stamp, kept)
            except FileNotFoundError as missing:
                if self.stamp() == stamp:
                    raise Damaged(f"expected {missing.filename}, found none") from missing
        return Shelved()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only process that writes; waits for its turn."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def seal(self, shelved: Shelved, batch: Batch) -> None:
        """Put ``batch`` behind what is shelved, merging small segments. Call it while locked."""
        if batch.last is None:
            return
        kept, merged = _merging(shelved.segments, batch.keys.size)
        described = [_described(segment) for segment in kept]
        if batch.keys.size:
            described.append(self._written(merged, batch))
        content = {
            "format": FORMAT,
            "key": batch.last.key,
            "fingerprint": batch.last.fingerprint.hex(),
            "entries": shelved.entries + batch.entries,
            "segments": described,
        }
        self._replace(content)
        self._sweep({each["file"] for each in described})

    def clear(self) -> None:
        """Forget everything. Call it while locked."""
        self._manifest.unlink(missing_ok=True)
        self._sweep(set())

    def _opened(self, stamp: Stamp, kept: dict[Path, Segment]) -> Shelved:
        try:
            told = json.loads(self._manifest.read_bytes())
            checksum = told.pop("checksum")
            listed = [
                (self.folder / str(each["file"]), int(each["rows"]), str(each["checksum"]))
                for each in told["segments"]
            ]
            mark = Mark(int(told["key"]), bytes.fromhex(told["fingerprint"]))
            entries, found = int(told["entries"]), int(told["format"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Damaged(f"expected a manifest in {self._manifest.name}, found: {error!r}") from error
        if found != FORMAT:
            raise Damaged(f"expected a manifest of format {FORMAT}, found {found}")
        if checksum != _checksum(told):
            raise Damaged(f"expected the manifest that was written in {self._manifest.name}, found another")
        segments = tuple(kept.get(path) or load(path, rows, checksum) for path, rows, checksum in listed)
        return Shelved(segments, mark, entries, stamp)

    def _written(self, merged: tuple[Segment, ...], batch: Batch) -> dict[str, Any]:
        keys = np.concatenate([*(segment.keys for segment in merged), batch.keys])
        columns = np.concatenate([*(segment.columns for segment in merged), batch.columns], axis=1)
        path = self.folder / f"{secrets.token_hex(8)}.segment"
        checksum = write(path, keys, columns, self._plans(keys.size))
        return {"file": path.name, "rows": int(keys.size), "checksum": checksum}

    def _replace(self, content: dict[str, Any]) -> None:
        unfinished = self.folder / f".{self._manifest.name}.{os.getpid()}"
        with open(
            os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            json.dump({**content, "checksum": _checksum(content)}, file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._manifest)

    def _sweep(self, kept: set[str]) -> None:
        """Remove segments that no manifest names, finished or not; whoever still reads one keeps it until it is done."""
        for path in self.folder.iterdir():
            if ".segment" in path.name and path.name not in kept:
                path.unlink(missing_ok=True)


def _merging(segments: tuple[Segment, ...], rows: int) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """Those that stay, and those that become one with so many new rows."""
    stay = len(segments)
    while stay and segments[stay - 1].rows <= GROWTH * rows:
        stay -= 1
        rows += segments[stay].rows
    return segments[:stay], segments[stay:]


def _described(segment: Segment) -> dict[str, Any]:
    return {"file": segment.path.name, "rows": segment.rows, "checksum": segment.checksum}


def _checksum(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
