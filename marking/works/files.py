"""Where a work's files lie in the storage, and how they get in and out of it."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

CHUNK = 1 << 20
# No upload is read and no marking runs for longer than this many seconds.
ABANDONED_AFTER = 3600.0


def original_name(code: str) -> str:
    """Storage name of what was uploaded."""
    return f"originals/{code[:2]}/{code}"


def marked_name(code: str, sha256: str, extension: str) -> str:
    """Storage name of the marked file: by content, so that a second run never replaces another's result."""
    return f"marked/{code[:2]}/{code}-{sha256[:16]}.{extension}"


def preview_name(code: str, which: str) -> str:
    """Storage name of the ``before``, ``after`` or ``faces`` preview."""
    return f"previews/{code[:2]}/{code}-{which}.jpg"


def reference_name(code: str) -> str:
    """Storage name of the small grey picture that copies are compared with."""
    return f"references/{code[:2]}/{code}.png"


def likeness_name(code: str) -> str:
    """Storage name of the small copy of the marked picture that files are laid beside."""
    return f"references/{code[:2]}/{code}-marked.jpg"


def unlabelled_name(code: str, extension: str) -> str:
    """Storage name of the copy without the visible label, while there is one."""
    return f"unlabelled/{code[:2]}/{code}.{extension}"


def extension_of(name: str) -> str:
    """The extension of a stored file, such as ``png``."""
    return name.rsplit(".", 1)[-1]


def sha256_of(path: Path) -> str:
    """Hex digest of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put(name: str, path: Path) -> None:
    """Store the file at ``path`` as ``name``; a file of that name, left by an interrupted run, is replaced."""
    default_storage.delete(name)
    with path.open("rb") as file:
        stored = default_storage.save(name, File(file))
    if stored != name:
        default_storage.delete(stored)
        raise FileExistsError(f"expected to store {name}, the storage chose {stored}")


def remove(*names: str) -> None:
    """Delete files; those that are gone already are fine."""
    for name in names:
        if name:
            default_storage.delete(name)


@contextmanager
def local(name: str) -> Iterator[Path]:
    """A path on this machine that holds the stored file ``name``, for as long as the context lasts."""
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:
        with workspace() as folder, default_storage.open(name) as stored:
            path = folder / "copy"
            with path.open("wb") as copy:
                shutil.copyfileobj(stored, copy, CHUNK)
            yield path
    else:
        yield path


def workspaces() -> Path:
    """The folder of all workspaces."""
    folder: Path = settings.DATA / "working"
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder


@contextmanager
def workspace() -> Iterator[Path]:
    """An empty private folder that goes with the context."""
    with tempfile.TemporaryDirectory(dir=workspaces()) as folder:
        yield Path(folder)


def clear_abandoned() -> None:
    """Delete the workspaces and half-received uploads of processes that died; nobody can finish those."""
    for folder in (workspaces(), Path(settings.FILE_UPLOAD_TEMP_DIR)):
        for left in folder.iterdir():
            if time.time() - left.stat().st_mtime > ABANDONED_AFTER:
                _delete(left)


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
