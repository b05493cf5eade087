from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image

from accounts.users.models import User
from marking.works import execution, services
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.faces.models import FoundFace
from marking.works.models import Work
from marking.works.states import WorkState
from tests.drawn_faces import scene

DECLARATION = Declaration("Test generator", "2", Kind.FACE, Depicts.NOBODY)
ONE, TWO = ((40, 90),), ((40, 90), (380, 90))


@pytest.fixture
def faces_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a picture with drawn faces at these places."""

    def _write(*places: tuple[int, int], name: str = "faces.png") -> Path:
        path = tmp_path / name
        Image.fromarray(scene(*places)).save(path, compress_level=1)
        return path

    return _write


@pytest.fixture
def submit(verified_user: User) -> Callable[..., Work]:
    """Submits a file as the verified user, and looks through it as the worker does."""

    def _submit(path: Path, declaration: Declaration = DECLARATION) -> Work:
        work = services.submit(by=verified_user, path=path, name="faces.png", declaration=declaration)
        execution.run(work.pk)
        work.refresh_from_db()
        return work

    return _submit


@pytest.fixture
def asked(submit: Callable[..., Work], faces_file: Callable[..., Path]) -> Work:
    """A work that waits for answers about two faces."""
    return submit(faces_file(*TWO))


@pytest.fixture
def queued(verified_user: User, faces_file: Callable[..., Path]) -> Work:
    """A work with two faces that waits in the queue."""
    return services.submit(by=verified_user, path=faces_file(*TWO), name="faces.png", declaration=DECLARATION)


@pytest.fixture
def waiting(queued: Work) -> Work:
    """A work that waits for answers about two faces, as the worker leaves it, but without the picture of them."""
    now = timezone.now()
    Work.objects.filter(pk=queued.pk).update(state=WorkState.AWAITING_ANSWERS, faces_sought_at=now)
    for position in (1, 2):
        FoundFace.objects.create(
            work=queued, position=position, x=40 * position, y=90, width=100, height=110,
            shown=[40 * position, 90, 100, 110], confidence=0.75,
        )  # fmt: skip
    queued.refresh_from_db()
    return queued
