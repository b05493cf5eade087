"""Storage without paths of its own, as an object store is, and storage that will not do as it is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from pytest_django import Settings

from marking.works import files


class ObjectStore(Storage):
    """Keeps files like an object store does: to be had by name alone, without a path."""

    def __init__(self, location: Path) -> None:
        self.kept = FileSystemStorage(location)

    def _open(self, name: str, mode: str = "rb") -> File:
        return self.kept.open(name, mode)

    def _save(self, name: str, content: File) -> str:
        return self.kept.save(name, content)

    def exists(self, name: str) -> bool:
        return self.kept.exists(name)

    def delete(self, name: str) -> None:
        self.kept.delete(name)


@pytest.fixture
def store_without_paths(settings: Settings, tmp_path: Path) -> None:
    backend = {"BACKEND": f"{__name__}.ObjectStore", "OPTIONS": {"location": tmp_path / "objects"}}
    settings.STORAGES = {**settings.STORAGES, "default": backend}


def test_it_lends_a_copy_where_the_storage_has_no_paths(store_without_paths: None, tmp_path: Path) -> None:
    source = tmp_path / "a"
    source.write_bytes(b"picture" * 1000)
    files.put("originals/a", source)
    with files.local("originals/a") as path:
        assert path.read_bytes() == source.read_bytes()
    assert not path.exists()


def test_it_replaces_what_an_interrupted_run_left(tmp_path: Path) -> None:
    source = tmp_path / "a"
    for content in (b"first", b"second"):
        source.write_bytes(content)
        files.put("marked/again", source)
    assert default_storage.open("marked/again").read() == b"second"


class Renaming(FileSystemStorage):
    """A storage that picks names of its own, as one set to never overwrite does."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return f"{name}-renamed"


def test_it_leaves_nothing_under_a_name_that_it_did_not_choose(settings: Settings, tmp_path: Path) -> None:
    backend = {"BACKEND": f"{__name__}.Renaming", "OPTIONS": {"location": tmp_path / "store"}}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    source = tmp_path / "a"
    source.write_bytes(b"x")
    with pytest.raises(FileExistsError, match="the storage chose a-renamed"):
        files.put("a", source)
    assert not [path for path in (tmp_path / "store").rglob("*") if path.is_file()]
