from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from accounts.users.models import User
from marking.works import execution, services
from marking.works.declaration import Declaration, Depicts, Kind
from marking.works.models import Work

DECLARATION = Declaration("Test generator", "2", Kind.SCENE, Depicts.NOBODY)


@pytest.fixture
def submitted(verified_user: User, picture_file: Path) -> Work:
    """A work that waits in the queue."""
    return services.submit(by=verified_user, path=picture_file, name="picture.png", declaration=DECLARATION)


@pytest.fixture
def released(submitted: Work) -> Work:
    """A work that was really marked."""
    execution.run(submitted.pk)
    submitted.refresh_from_db()
    return submitted


@pytest.fixture
def submit(verified_user: User) -> Callable[..., Work]:
    """Submits a file as the verified user."""

    def _submit(path: Path, declaration: Declaration = DECLARATION, name: str = "picture.png") -> Work:
        return services.submit(by=verified_user, path=path, name=name, declaration=declaration)

    return _submit
