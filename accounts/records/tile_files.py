"""Tiles as files below one folder, each written whole or not at all. Pure: knows no database.

A file is written beside its place, flushed to the disk, renamed, and its folder flushed: whatever happens in between,
a reader finds the old file, the new one or none, never a part of one.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from accounts.records.tiles import Tile

UNFINISHED = "unfinished"
"""Folder of files that are being written; what lies there while nobody writes was left by a dead process."""
SHARDS = "shards"
"""Folder of the folders of later shards."""


class Disk(Protocol):
    """What is asked of the operating system, so that tests can let it fail."""

    def write(self, descriptor: int, content: bytes) -> int: ...
    def fsync(self, descriptor: int) -> None: ...
    def rename(self, source: Path, target: Path) -> None: ...


class _System:
    """The operating system's own calls."""

    write = staticmethod(os.write)
    fsync = staticmethod(os.fsync)
    rename = staticmethod(os.rename)


class TileFiles:
    """The folder of a log. Every method raises :class:`OSError` for what the disk refuses."""

    def __init__(self, folder: Path, disk: Disk | None = None) -> None:
        self.folder = folder
        self._disk: Disk = disk or _System()

    def below(self, name: str) -> TileFiles:
        """The folder of another tree below this one; this one itself where it has no name."""
        return TileFiles(self.folder / SHARDS / name, self._disk) if name else self

    def place(self, tile: Tile) -> Path:
        """Where a tile lies."""
        return self.folder / "tile" / tile.path

    def read(self, tile: Tile) -> bytes:
        """The bytes of a tile; FileNotFoundError where it was never written."""
        return self.place(tile).read_bytes()

    def has(self, tile: Tile) -> bool:
        """Whether the tile is there."""
        return self.place(tile).is_file()

    def write(self, tile: Tile, content: bytes) -> None:
        """Put a tile in its place; one that is there with the same bytes is left as it is."""
        place = self.place(tile)
        with suppress(FileNotFoundError):
            if place.read_bytes() == content:
                return
        self._make(place.parent)
        self._make(self.folder / UNFINISHED)
        unfinished = self.folder / UNFINISHED / secrets.token_hex(8)
        try:
            self._fill(unfinished, content)
            self._disk.rename(unfinished, place)
        finally:
            unfinished.unlink(missing_ok=True)
        self._flush(place.parent)

    def remove(self, tile: Tile) -> None:
        """Remove a tile, if it is there."""
        self.place(tile).unlink(missing_ok=True)

    def remove_unfinished(self) -> None:
        """Remove what dead processes left half written. Only for the one who may write."""
        with suppress(FileNotFoundError):
            for left in (self.folder / UNFINISHED).iterdir():
                left.unlink(missing_ok=True)

    def remove_partials(self, tile: Tile) -> None:
        """Remove the narrower forms of a tile that is full now (tlog-tiles, "Partial Tiles")."""
        folder = self.place(tile).with_name(f"{self.place(tile).name}.p")
        if not folder.is_dir():
            return
        for partial in folder.iterdir():
            partial.unlink()
        folder.rmdir()

    def _make(self, folder: Path) -> None:
        """Make a folder and those above it, each safe on the disk before the next."""
        if folder.is_dir():
            return
        if folder != self.folder:
            self._make(folder.parent)
        folder.mkdir(mode=0o700, parents=folder == self.folder, exist_ok=True)
        self._flush(folder.parent)

    def _fill(self, path: Path, content: bytes) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            left = memoryview(content)
            while left:
                left = left[self._disk.write(descriptor, bytes(left)) :]
            self._disk.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _flush(self, folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            self._disk.fsync(descriptor)
        finally:
            os.close(descriptor)
